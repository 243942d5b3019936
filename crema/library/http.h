// HTTP as the program sees it: what is asked beside Socket.IO, and by whom.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// A copy. `headers` as they came, one entry for each line.
struct HttpRequest {
  std::string method;
  std::string path;
  std::string query;
  HttpHeaders headers;
  std::string body;
  std::string address;  // Of the peer, without a port. Empty for `Server::http`.

  // The first of that name, in any case of letters.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

struct HttpResponse {
  unsigned status = 200;
  HttpHeaders headers = {};
  std::string body = {};
};

}  // namespace crema
