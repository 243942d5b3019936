#include "crema/frappe/credential.h"

namespace crema::frappe {

// Only the last of its four parts can hold a line feed.
std::string Credential::key() const {
  std::string text;
  text.reserve(site.size() + origin.size() + authorization.size() + sid.size() + 16);
  text.append(site).append("\n").append(origin);
  text.append(authorization.empty() ? "\nsid\n" : "\nauthorization\n");
  text.append(authorization.empty() ? sid : authorization);
  return text;
}

Credential credential_of_key(std::string_view key) {
  const auto next = [&key] {
    const std::string_view line = key.substr(0, key.find('\n'));
    key.remove_prefix(line.size() + 1);
    return line;
  };
  Credential credential;
  credential.site = next();
  credential.origin = next();
  (next() == "sid" ? credential.sid : credential.authorization) = key;
  return credential;
}

std::string_view site_of_key(std::string_view key) { return key.substr(0, key.find('\n')); }

}  // namespace crema::frappe
