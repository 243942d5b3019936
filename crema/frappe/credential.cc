#include "crema/frappe/credential.h"

namespace crema::frappe {

Credential PackedCredential::unpack() const {
  std::string_view rest = key_;
  const auto next = [&rest] {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    return line;
  };
  Credential credential;
  credential.site = next();
  credential.origin = next();
  (next() == "sid" ? credential.sid : credential.authorization) = rest;
  return credential;
}

}  // namespace crema::frappe
