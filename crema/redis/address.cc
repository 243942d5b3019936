#include "crema/redis/address.h"

#include <charconv>
#include <optional>

namespace crema::redis {
namespace {

constexpr std::string_view kTcp = "redis://";
constexpr std::string_view kTls = "rediss://";
constexpr std::string_view kUnix = "unix://";
constexpr uint16_t kDefaultPort = 6379;

template <class N>
std::optional<N> parse_number(std::string_view text) {
  N number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned byte = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc{} || digits.size() != 2 || end != digits.data() + 2) return std::nullopt;
    out.push_back(static_cast<char>(byte));
    i += 2;
  }
  return out;
}

bool set_credentials(std::string_view text, Address& address) {
  const size_t colon = text.find(':');
  const auto username = percent_decode(text.substr(0, colon));
  const auto password =
      percent_decode(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
  if (!username || !password) return false;
  address.username = *username;
  address.password = *password;
  return true;
}

bool set_port(std::string_view text, Address& address) {
  const auto port = parse_number<uint16_t>(text);
  address.endpoint.port = port.value_or(0);
  return port && *port != 0;
}

// `host`, `host:port`, `[v6]` or `[v6]:port`.
bool set_host(std::string_view text, Address& address) {
  const bool in_brackets = text.starts_with('[');
  const size_t end = in_brackets ? text.find(']') : text.find(':');
  if (in_brackets && end == std::string_view::npos) return false;
  const std::string_view host = in_brackets ? text.substr(1, end - 1) : text.substr(0, end);
  std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end);
  if (in_brackets) rest.remove_prefix(1);
  address.endpoint.host = host.empty() ? "localhost" : host;
  address.endpoint.port = kDefaultPort;
  if (rest.empty()) return true;
  return rest.front() == ':' && set_port(rest.substr(1), address);
}

bool set_db(std::string_view text, Address& address) {
  if (text.empty()) return true;
  const auto db = parse_number<int>(text);
  address.db = db.value_or(0);
  return db.has_value();
}

base::Result<Address, Errc> parse_tcp(std::string_view rest, Security security) {
  Address address;
  address.security = security;
  rest = rest.substr(0, rest.find('?'));
  const size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  const std::string_view db = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    if (!set_credentials(authority.substr(0, at), address)) return base::fail(Errc::kBadUrl);
    authority.remove_prefix(at + 1);
  }
  if (!set_host(authority, address) || !set_db(db, address)) return base::fail(Errc::kBadUrl);
  return address;
}

}  // namespace

std::string Address::to_log_string() const {
  if (!endpoint.unix_path.empty()) return endpoint.to_string();
  return std::string(security == Security::kTls ? kTls : kTcp) + endpoint.to_string() + "/" +
         std::to_string(db);
}

base::Result<Address, Errc> parse_url(std::string_view url) {
  if (url.starts_with(kTls)) return parse_tcp(url.substr(kTls.size()), Security::kTls);
  if (url.starts_with(kTcp)) return parse_tcp(url.substr(kTcp.size()), Security::kPlain);
  if (!url.starts_with(kUnix) || url.size() == kUnix.size()) return base::fail(Errc::kBadUrl);
  Address address;
  address.endpoint.unix_path = url.substr(kUnix.size());
  return address;
}

}  // namespace crema::redis
