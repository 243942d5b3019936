#include "crema/transport/refusal.h"

#include "crema/base/utf8.h"
#include "crema/json/slice.h"

namespace crema::transport {
namespace {

struct Row {
  int code;
  std::string_view message;
  std::string_view name;
};

// In the order of Refusal.
constexpr Row kRows[kRefusals] = {
    {0, "Transport unknown", "UNKNOWN_TRANSPORT"},
    {1, "Session ID unknown", "UNKNOWN_SID"},
    {2, "Bad handshake method", "BAD_HANDSHAKE_METHOD"},
    {3, "Bad request", "INVALID_ORIGIN"},
    {3, "Bad request", "TRANSPORT_MISMATCH"},
    {3, "Bad request", "TRANSPORT_HANDSHAKE_ERROR"},
    {3, "Bad request", "PROTOCOL_MISMATCH"},
    {3, "Bad request", "ID_GENERATION_ERROR"},
    {3, "Bad request", "MIDDLEWARE_FAILURE"},
    {4, "Forbidden", "FORBIDDEN"},
    {5, "Unsupported protocol version", "UNSUPPORTED_PROTOCOL_VERSION"},
};

const Row& row_of(Refusal refusal) { return kRows[static_cast<size_t>(refusal)]; }

std::string_view or_usual(std::string_view message, Refusal refusal) {
  return message.empty() || !base::valid_utf8(message) ? message_of(refusal) : message;
}

}  // namespace

int code_of(Refusal refusal) { return row_of(refusal).code; }
std::string_view message_of(Refusal refusal) { return row_of(refusal).message; }
std::string_view name_of(Refusal refusal) { return row_of(refusal).name; }

http::Response refusal_response(Refusal refusal, std::string_view message) {
  std::string body = R"({"code":)";
  body.append(std::to_string(code_of(refusal))).append(R"(,"message":)");
  json::append_quoted(body, or_usual(message, refusal));
  body.append("}");
  return {.status = refusal == Refusal::kForbidden ? 403U : 400U,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body)};
}

http::Response upgrade_refusal_response(Refusal refusal, std::string_view message) {
  return {.status = 400,
          .headers = {{"Content-type", "text/html"}},
          .body = std::string(or_usual(message, refusal))};
}

}  // namespace crema::transport
