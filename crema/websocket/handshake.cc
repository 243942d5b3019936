#include "crema/websocket/handshake.h"

#include "crema/base/base64.h"

#include <boost/uuid/detail/sha1.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace crema::websocket {
namespace {

constexpr std::string_view kKeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::array<char, 20> sha1(std::string_view text) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(text.data(), text.size());
  boost::uuids::detail::sha1::digest_type words;
  hash.get_digest(words);
  std::array<char, 20> digest;
  static_assert(sizeof words == digest.size(), "words of four bytes, as Boost 1.81 has them");
  char* out = digest.data();
  for (const unsigned word : words) {
    for (int shift = 24; shift >= 0; shift -= 8) *out++ = static_cast<char>(word >> shift & 0xFF);
  }
  return digest;
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token_char(char c) {
  return is_alphanumeric(c) ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

// Eats a header value from its front. Every byte is looked at once.
class Eater {
 public:
  explicit Eater(std::string_view rest) : rest_(rest) { skip_space(); }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  // A token and the white space after it; empty if there is none.
  std::string_view token() {
    const auto end = std::ranges::find_if_not(rest_, is_token_char);
    return take(static_cast<size_t>(end - rest_.begin()));
  }

  // That one character and the white space after it.
  bool eat(char c) {
    if (!rest_.starts_with(c)) return false;
    take(1);
    return true;
  }

  // A quoted string whose content is a token once unescaped (RFC 6455, section 9.1).
  bool quoted_token() {
    if (!rest_.starts_with('"')) return false;
    size_t at = 1;
    size_t chars = 0;
    for (; at < rest_.size() && rest_[at] != '"'; ++at, ++chars) {
      if (rest_[at] == '\\' && ++at == rest_.size()) return false;
      if (!is_token_char(rest_[at])) return false;
    }
    if (at >= rest_.size() || chars == 0) return false;
    take(at + 1);
    return true;
  }

 private:
  std::string_view take(size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (size > 0) skip_space();
    return taken;
  }
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  std::string_view rest_;
};

bool eat_parameter(Eater& eater) {
  if (eater.token().empty()) return false;
  if (!eater.eat('=')) return true;
  return !eater.token().empty() || eater.quoted_token();
}

bool eat_extension(Eater& eater) {
  if (eater.token().empty()) return false;
  while (eater.eat(';')) {
    if (!eat_parameter(eater)) return false;
  }
  return true;
}

}  // namespace

std::string accept_key(std::string_view key) {
  const auto digest = sha1(std::string{key}.append(kKeySuffix));
  std::string accept;
  base::append_base64(accept, {digest.data(), digest.size()});
  return accept;
}

bool valid_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::ranges::all_of(key.substr(0, 22),
                             [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
}

base::Result<std::optional<std::string_view>, Errc> first_subprotocol(
    std::optional<std::string_view> header) {
  if (!header) return std::nullopt;
  std::vector<std::string_view> names;
  Eater eater{*header};
  do {
    names.push_back(eater.token());
    if (names.back().empty()) return base::fail(Errc::kBadSubprotocol);
  } while (eater.eat(','));
  if (!eater.at_end()) return base::fail(Errc::kBadSubprotocol);

  const std::string_view first = names.front();
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) return base::fail(Errc::kBadSubprotocol);
  return first;
}

base::Result<void, Errc> check_extensions(std::string_view header) {
  Eater eater{header};
  do {
    if (!eat_extension(eater)) return base::fail(Errc::kBadExtension);
  } while (eater.eat(','));
  if (!eater.at_end()) return base::fail(Errc::kBadExtension);
  return {};
}

}  // namespace crema::websocket
