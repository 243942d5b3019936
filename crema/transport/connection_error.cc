#include "crema/transport/connection_error.h"

#include "crema/http/query.h"

namespace crema::transport {
namespace {

std::vector<std::pair<std::string, std::string>> context_of(Refusal refusal,
                                                            const http::Request& request,
                                                            const std::string& message) {
  const http::Query query(request.query());
  const auto asked = [&query](std::string_view key) {
    return std::string(query.get(key).value_or(""));
  };
  switch (refusal) {
    case Refusal::kTransportUnknown:
      return {{"transport", asked("transport")}};
    case Refusal::kSessionUnknown:
      return {{"sid", asked("sid")}};
    case Refusal::kBadHandshakeMethod:
      return {{"method", request.method}};
    case Refusal::kInvalidOrigin:
      return {{"name", std::string(name_of(refusal))},
              {"origin", std::string(request.header("origin").value_or(""))}};
    case Refusal::kTransportMismatch:
      return {{"name", std::string(name_of(refusal))}, {"transport", asked("transport")}};
    case Refusal::kTransportHandshakeError:
    case Refusal::kIdGenerationError:
    case Refusal::kMiddlewareFailure:
      return {{"name", std::string(name_of(refusal))}};
    case Refusal::kProtocolMismatch:
      return {{"name", std::string(name_of(refusal))}, {"protocol", asked("EIO")}};
    case Refusal::kForbidden:
      return {{"message", message}};
    case Refusal::kUnsupportedProtocol:
      return {{"protocol", "3"}};  // Whatever is not 4 is 3 to the reference.
  }
  return {};
}

}  // namespace

ConnectionError connection_error(Refusal refusal, const http::Request& request,
                                 std::string_view message) {
  ConnectionError error{.refusal = refusal,
                        .code = code_of(refusal),
                        .message = std::string(message.empty() ? message_of(refusal) : message),
                        .context = {}};
  error.context = context_of(refusal, request, error.message);
  return error;
}

}  // namespace crema::transport
