#include "crema/app/assets.h"

#include <string>

namespace crema::app {

http::Response asset_response(const Asset& asset, const http::Request& request) {
  http::Response response{.status = 200,
                          .headers = {{"Content-Type", std::string(asset.content_type)},
                                      {"ETag", std::string(asset.etag)},
                                      {"Cache-Control", "public, max-age=0"},
                                      {"X-Content-Type-Options", "nosniff"}},
                          .body = {}};
  if (request.header("if-none-match") == asset.etag) {
    response.status = 304;
  } else {
    response.body = asset.bytes;
  }
  return response;
}

std::optional<http::Response> client_script(const http::Request& request) {
  if (request.path() != kClientPath) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    return http::Response{.status = 405, .headers = {{"Allow", "GET, HEAD"}}, .body = {}};
  }
  return asset_response(*find_asset(kClientPath), request);
}

}  // namespace crema::app
