#include "crema/transport/refusal.h"

namespace crema::transport {

std::string_view message_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kTransportUnknown:
      return "Transport unknown";
    case Refusal::kSessionUnknown:
      return "Session ID unknown";
    case Refusal::kBadHandshakeMethod:
      return "Bad handshake method";
    case Refusal::kBadRequest:
      return "Bad request";
    case Refusal::kForbidden:
      return "Forbidden";
    case Refusal::kUnsupportedProtocol:
      return "Unsupported protocol version";
  }
  return "";
}

http::Response refusal_response(Refusal refusal) {
  std::string body = R"({"code":)";
  body.append(std::to_string(static_cast<int>(refusal))).append(R"(,"message":")");
  body.append(message_of(refusal)).append(R"("})");
  return {.status = refusal == Refusal::kForbidden ? 403U : 400U,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body)};
}

http::Response upgrade_refusal_response(Refusal refusal) {
  return {.status = 400,
          .headers = {{"Content-type", "text/html"}},
          .body = std::string(message_of(refusal))};
}

}  // namespace crema::transport
