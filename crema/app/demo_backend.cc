#include "crema/app/demo_backend.h"

namespace crema::app {

namespace {

constexpr std::string_view kScheme = "token ";

}  // namespace

frappe::UserInfo demo_user(std::string_view authorization, std::string_view sid) {
  std::string_view name = sid;
  if (authorization.starts_with(kScheme)) {
    name = authorization.substr(kScheme.size());
    name = name.substr(0, name.find(':'));
  }
  if (name == "alice") return {"alice@example.com", "System User"};
  if (name == "bob") return {"bob@example.com", "Website User"};
  return {"Guest", "Website User"};
}

bool demo_may_read(const frappe::UserInfo& user, std::string_view doctype) {
  if (user.user == "alice@example.com") return true;
  return user.user == "bob@example.com" && doctype == "ToDo";
}

net::Task<frappe::IdentityAnswer> DemoBackend::identify(frappe::Credential credential) {
  frappe::IdentityAnswer known{frappe::IdentityAnswer::Kind::kKnown,
                               demo_user(credential.authorization, credential.sid),
                               {}};
  co_return known;
}

net::Task<frappe::PermissionAnswer> DemoBackend::check(frappe::PermissionQuestion question) {
  const frappe::UserInfo user =
      demo_user(question.credential.authorization, question.credential.sid);
  const bool allowed = demo_may_read(user, question.doctype);
  frappe::PermissionAnswer answer{
      allowed ? frappe::PermissionAnswer::Kind::kAllowed : frappe::PermissionAnswer::Kind::kDenied,
      {}};
  co_return answer;
}

}  // namespace crema::app
