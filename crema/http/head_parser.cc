#include "crema/http/head_parser.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace crema::http {
namespace {

namespace beast = boost::beast::http;

// What most clients send at least.
constexpr size_t kHeadersUsual = 8;

// Runs Beast's parser over one complete head and keeps what it finds.
template <bool kIsRequest>
class HeadParser final : public beast::basic_parser<kIsRequest> {
 public:
  explicit HeadParser(size_t headers_max) : headers_max_(headers_max) {
    // The head is complete and bounded already, and the body is read by BodyReader.
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->skip(true);
    headers.reserve(std::min(headers_max, kHeadersUsual));
  }

  [[nodiscard]] bool parse(std::string_view head) {
    boost::beast::error_code error;
    const size_t used = this->put({head.data(), head.size()}, error);
    return !error && this->is_done() && used == head.size();
  }

  std::string method;
  std::string target;
  unsigned status = 0;
  unsigned version = 11;
  std::vector<Header> headers;
  bool has_too_many = false;  // Headers; then it failed.

 private:
  using View = boost::beast::string_view;
  using Error = boost::beast::error_code;

  void on_request_impl(beast::verb, View method_text, View target_text, int version_number,
                       Error&) override {
    method.assign(method_text.data(), method_text.size());
    target.assign(target_text.data(), target_text.size());
    version = static_cast<unsigned>(version_number);
  }
  void on_response_impl(int code, View, int version_number, Error&) override {
    status = static_cast<unsigned>(code);
    version = static_cast<unsigned>(version_number);
  }
  void on_field_impl(beast::field, View name, View value, Error& error) override {
    if (headers.size() == headers_max_) {
      has_too_many = true;
      error = beast::error::bad_field;
      return;
    }
    headers.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(View, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}

  size_t headers_max_;
};

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool hosts_fit(unsigned version, const std::vector<Header>& headers) {
  const auto hosts = std::ranges::count_if(
      headers, [](const Header& header) { return equals_ignoring_case(header.name, "Host"); });
  return hosts == 1 || (hosts == 0 && version == 10);
}

}  // namespace

base::Result<Request, Errc> parse_request_head(std::string_view head, const Limits& limits) {
  if (target_too_long(head)) return base::fail(Errc::kTargetTooLong);
  HeadParser<true> parser{limits.headers_max};
  const bool is_whole = parser.parse(head);
  if (parser.has_too_many) return base::fail(Errc::kHeadTooLarge);
  if (!is_whole || !is_ascii(parser.target) || !hosts_fit(parser.version, parser.headers)) {
    return base::fail(Errc::kBadRequest);
  }
  Request request;
  request.method = std::move(parser.method);
  request.target = std::move(parser.target);
  request.version = parser.version;
  request.headers = std::move(parser.headers);
  request.keep_alive = wants_keep_alive(request.version, request.headers);
  return request;
}

base::Result<ResponseHead, Errc> parse_response_head(std::string_view head, const Limits& limits) {
  HeadParser<false> parser{limits.headers_max};
  if (!parser.parse(head) || parser.status < 100) return base::fail(Errc::kBadResponse);
  return ResponseHead{parser.status, parser.version, std::move(parser.headers)};
}

bool target_too_long(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return false;
  const std::string_view rest = line.substr(space + 1);
  return rest.substr(0, rest.find(' ')).size() > kTargetBytesMax;
}

bool wants_keep_alive(unsigned version, const std::vector<Header>& headers) {
  if (version >= 11) return !header_has_token(headers, "Connection", "close");
  return header_has_token(headers, "Connection", "keep-alive");
}

}  // namespace crema::http
