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

  // Names the pair (site, credential): results are shared under it and never across it. It says all
  // that the credential does.
  [[nodiscard]] std::string key() const;
};

// What a key was made of.
[[nodiscard]] Credential credential_of_key(std::string_view key);
[[nodiscard]] std::string_view site_of_key(std::string_view key);

}  // namespace crema::frappe
