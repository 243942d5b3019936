#include "crema/app/host_port.h"

#include <algorithm>
#include <charconv>

namespace crema::app {
namespace {

constexpr size_t kHostBytesMax = 253;

// Enough to keep control characters and URL syntax out of a Host header and a resolver.
bool is_host(std::string_view host) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return !host.empty() && host.size() <= kHostBytesMax &&
         host.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_v6(std::string_view host) {
  constexpr std::string_view kAllowed = "0123456789abcdefABCDEF:.%";
  return host.find(':') != std::string_view::npos &&
         host.find_first_not_of(kAllowed) == std::string_view::npos;
}

base::Result<HostPort, std::string> with_port(std::string_view host, std::string_view rest,
                                              uint16_t default_port) {
  if (rest.empty()) {
    if (default_port == 0) return base::fail(std::string("has no port"));
    return HostPort{std::string(host), default_port};
  }
  if (rest.front() != ':') return base::fail(std::string("is not a host and a port"));
  const auto port = parse_port(rest.substr(1));
  if (!port) return base::fail("has a port that " + port.error());
  return HostPort{std::string(host), *port};
}

}  // namespace

std::string to_string(const HostPort& value) {
  const bool v6 = value.host.find(':') != std::string::npos;
  return (v6 ? '[' + value.host + ']' : value.host) + ':' + std::to_string(value.port);
}

base::Result<uint16_t, std::string> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535) {
    return base::fail(std::string("is not a number from 1 to 65535"));
  }
  return static_cast<uint16_t>(port);
}

base::Result<HostPort, std::string> parse_host_port(std::string_view text, uint16_t default_port) {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos || !is_v6(text.substr(1, close - 1))) {
      return base::fail(std::string("is not an IPv6 address in brackets"));
    }
    return with_port(text.substr(1, close - 1), text.substr(close + 1), default_port);
  }
  const size_t colon = std::min(text.find(':'), text.size());
  if (!is_host(text.substr(0, colon))) return base::fail(std::string("has no valid host"));
  return with_port(text.substr(0, colon), text.substr(colon), default_port);
}

base::Result<HostPort, std::string> parse_web_url(std::string_view text, uint16_t default_port) {
  const size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    const std::string_view name = text.substr(0, scheme);
    if (name == "https") {
      return base::fail(std::string("is https, which is not supported yet"));
    }
    if (name != "http") return base::fail(std::string("is not an http URL"));
    text.remove_prefix(scheme + 3);
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.find('@') != std::string_view::npos) {
    return base::fail(std::string("has credentials, which are never sent"));
  }
  if (text.find_first_of("/?#") != std::string_view::npos) {
    return base::fail(std::string("has a path, and the site's own paths are asked for"));
  }
  return parse_host_port(text, default_port);
}

}  // namespace crema::app
