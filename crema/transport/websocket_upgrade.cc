#include "crema/transport/websocket_upgrade.h"

#include "crema/http/cors.h"
#include "crema/websocket/handshake.h"

namespace crema::transport {

base::Result<http::Response, UpgradeError> upgrade_response(const http::Request& request,
                                                            const Config& config) {
  if (request.method != "GET" || !request.body.empty()) return base::fail(UpgradeError::kMethod);
  if (request.header("sec-websocket-version") != "13") return base::fail(UpgradeError::kVersion);
  const auto key = request.header("sec-websocket-key");
  if (!key || !websocket::valid_key(*key)) return base::fail(UpgradeError::kKey);
  const auto protocol = websocket::first_subprotocol(request.header("sec-websocket-protocol"));
  if (!protocol) return base::fail(UpgradeError::kSubprotocol);
  const auto extensions = request.header("sec-websocket-extensions");
  if (extensions && !websocket::check_extensions(*extensions)) {
    return base::fail(UpgradeError::kExtensions);
  }
  http::Response response{.status = 101,
                          .headers = {{"Upgrade", "websocket"},
                                      {"Connection", "Upgrade"},
                                      {"Sec-WebSocket-Accept", websocket::accept_key(*key)}},
                          .body = {}};
  if (*protocol) response.headers.push_back({"Sec-WebSocket-Protocol", std::string(**protocol)});
  http::add_headers(config.cors, request, response);
  return response;
}

http::Response upgrade_error_response(UpgradeError error) {
  http::Response response{.status = 400, .headers = {{"Content-type", "text/html"}}, .body = {}};
  switch (error) {
    case UpgradeError::kMethod:
      response.body = "Invalid HTTP method";
      break;
    case UpgradeError::kVersion:
      response.status = 426;
      response.headers.push_back({"Sec-WebSocket-Version", "13"});
      response.body = "Missing or invalid Sec-WebSocket-Version header";
      break;
    case UpgradeError::kKey:
      response.body = "Missing or invalid Sec-WebSocket-Key header";
      break;
    case UpgradeError::kSubprotocol:
      response.body = "Invalid Sec-WebSocket-Protocol header";
      break;
    case UpgradeError::kExtensions:
      response.body = "Invalid or unacceptable Sec-WebSocket-Extensions header";
      break;
  }
  return response;
}

}  // namespace crema::transport
