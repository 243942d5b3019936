// With what a client wants to be known, on which site.
#pragma once

#include <string>
#include <string_view>

namespace crema::frappe {

// Exactly one of the two credentials is set; Authorization goes first when a client has both.
// Source: spec/frappe-realtime.md 3.4.
struct Credential {
  std::string site;
  std::string authorization;  // The header's value.
  std::string sid;            // The cookie's value, decoded.
  // Where to ask, when that is not configured: AuthUpstream::kOrigin. Its host is a site's name.
  std::string origin = {};

  // Names the pair (site, credential): results are shared under it and never across it.
  [[nodiscard]] std::string key() const {
    std::string text;
    text.reserve(site.size() + origin.size() + authorization.size() + sid.size() + 16);
    text.append(site).append("\n").append(origin);
    text.append(authorization.empty() ? "\nsid\n" : "\nauthorization\n");
    return text.append(authorization.empty() ? sid : authorization);
  }
};

// The same in one piece of memory, for as long as a socket lives: its key, which says it all. Only
// the last of the key's four parts can hold a line feed.
class PackedCredential {
 public:
  explicit PackedCredential(const Credential& credential) : key_(credential.key()) {
    key_.shrink_to_fit();
  }
  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  [[nodiscard]] std::string_view site() const {
    return std::string_view(key_).substr(0, key_.find('\n'));
  }
  [[nodiscard]] Credential unpack() const;

 private:
  std::string key_;
};

}  // namespace crema::frappe
