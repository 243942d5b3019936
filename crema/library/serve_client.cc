#include "crema/library/serve_client.h"

#include "crema/compress/compress.h"
#include "crema/http/accept_encoding.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace crema::library {
namespace {

// The reference's order: what wins when a client likes several as much.
constexpr std::array<std::string_view, 3> kCodings = {"br", "gzip", "deflate"};

// Compressed once for all requests.
std::string compressed(const ClientFile& file, size_t coding) {
  if (kCodings[coding] == "br") return std::string(file.brotli);
  static std::mutex mutex;
  static std::map<std::pair<std::string_view, size_t>, std::string> made;  // Guarded.
  const std::lock_guard lock(mutex);
  std::string& body = made[{file.name, coding}];
  if (body.empty()) {
    const auto kind =
        kCodings[coding] == "gzip" ? compress::Coding::kGzip : compress::Coding::kDeflate;
    body = compress::compress(kind, file.bytes).value_or(std::string());
  }
  return body;
}

}  // namespace

std::optional<http::Response> serve_client(const http::Request& request, std::string_view path,
                                           const http::Cors& cors) {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const std::string_view name = request.path().substr(path.size());
  const auto files = client_files();
  const auto file = std::ranges::find(files, name, &ClientFile::name);
  if (file == files.end()) return std::nullopt;

  const std::string etag = "\"" + std::string(client_version()) + "\"";
  http::Response response;
  http::add_headers(cors, request, response);
  response.headers.push_back({"Cache-Control", "public, max-age=0"});
  response.headers.push_back({"ETag", etag});
  const std::string_view seen = request.header("if-none-match").value_or("");
  if (seen == etag || seen == "W/" + etag) {
    response.status = 304;
    return response;
  }
  const std::string type = name.ends_with(".map") ? "application/json" : "application/javascript";
  response.headers.push_back({"Content-Type", type + "; charset=utf-8"});
  const auto coding =
      http::preferred_encoding(request.header("accept-encoding").value_or(""), kCodings);
  if (coding) response.body = compressed(*file, *coding);
  if (response.body.empty()) {
    response.body = file->bytes;
  } else {
    response.headers.push_back({"Content-Encoding", std::string(kCodings[*coding])});
  }
  return response;
}

}  // namespace crema::library
