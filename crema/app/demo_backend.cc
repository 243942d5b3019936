#include "crema/app/demo_backend.h"

namespace crema::app {

frappe::UserInfo demo_user(std::string_view sid) {
  if (sid == "alice") return {"alice@example.com", "System User"};
  if (sid == "bob") return {"bob@example.com", "Website User"};
  return {"Guest", "Website User"};
}

net::Task<frappe::IdentityAnswer> DemoBackend::identify(frappe::Credential credential) {
  frappe::IdentityAnswer known{frappe::IdentityAnswer::Kind::kKnown, demo_user(credential.sid), {}};
  co_return known;
}

net::Task<frappe::PermissionAnswer> DemoBackend::check(frappe::PermissionQuestion question) {
  const std::string& sid = question.credential.sid;
  const bool allowed = sid == "alice" || (sid == "bob" && question.doctype == "ToDo");
  frappe::PermissionAnswer answer{
      allowed ? frappe::PermissionAnswer::Kind::kAllowed : frappe::PermissionAnswer::Kind::kDenied,
      {}};
  co_return answer;
}

}  // namespace crema::app
