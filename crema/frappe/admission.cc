#include "crema/frappe/admission.h"

#include "crema/http/cookie.h"

#include <algorithm>

namespace crema::frappe {
namespace {

base::Result<void, Refusal> check_origin(const engineio::Handshake& handshake,
                                         const Config& config) {
  const auto origin = handshake.header("origin");
  const std::string_view host = handshake.header("host").value_or("");
  if (origin) {
    if (!hostname(*origin).empty() && hostname(*origin) == hostname(host)) return {};
  } else if (!host.empty() && (config.missing_origin == MissingOrigin::kAlways ||
                               (config.missing_origin == MissingOrigin::kWithAuthorization &&
                                !handshake.header("authorization").value_or("").empty()))) {
    return {};
  }
  std::string detail = "Host is `" + std::string(host) + "`, ";
  detail += origin ? "Origin is `" + std::string(*origin) + "`" : std::string("Origin is missing");
  return base::fail(Refusal{Refusal::Reason::kOrigin, "Invalid origin", std::move(detail)});
}

}  // namespace

engineio::Handshake keep_handshake(const http::Request& request, const std::string& address) {
  engineio::Handshake kept;
  kept.address = address;
  for (const char* name : {"host", "origin", "x-frappe-site-name", "authorization"}) {
    if (const auto value = request.header(name)) kept.headers.emplace_back(name, *value);
  }
  if (const auto cookie = request.header("cookie")) {
    kept.headers.emplace_back("cookie", "");
    if (auto sid = http::cookie_value(*cookie, "sid")) {
      kept.headers.emplace_back("sid", std::move(*sid));
    }
  }
  return kept;
}

std::string_view hostname(std::string_view text) {
  if (text.find("://") != std::string_view::npos) {  // Then it has two slashes, at least.
    text.remove_prefix(text.find('/') + 1);
    text.remove_prefix(text.find('/') + 1);
    text = text.substr(0, text.find('/'));
  }
  return text.substr(0, text.find(':'));
}

std::string_view resolve_site(const engineio::Handshake& handshake, const Config& config) {
  if (const auto name = handshake.header("x-frappe-site-name"); name && !name->empty()) {
    return hostname(*name);
  }
  const std::string_view host = hostname(handshake.header("host").value_or(""));
  if (!config.default_site.empty() && (host == "localhost" || host == "127.0.0.1")) {
    return config.default_site;
  }
  if (const auto origin = handshake.header("origin"); origin && !origin->empty()) {
    return hostname(*origin);
  }
  return host;
}

base::Result<Credential, Refusal> admit(std::string_view nsp, const engineio::Handshake& handshake,
                                        const Config& config) {
  using Reason = Refusal::Reason;
  const std::string_view site = resolve_site(handshake, config);
  if (nsp.substr(1) != site) {
    return base::fail(Refusal{Reason::kNamespace, "Invalid namespace",
                              "the client asks for `" + std::string(nsp.substr(1)) +
                                  "`, its request is for site `" + std::string(site) + "`"});
  }
  if (const auto checked = check_origin(handshake, config); !checked) {
    return base::fail(checked.error());
  }
  const std::string_view authorization = handshake.header("authorization").value_or("");
  if (authorization.empty() && !handshake.header("cookie")) {
    return base::fail(
        Refusal{Reason::kNoCredential,
                "Missing cookie and authorization header. Either one needed for authentication.",
                {}});
  }
  const std::string_view sid = handshake.header("sid").value_or("");
  if (authorization.empty() && sid.empty()) {
    return base::fail(Refusal{Reason::kNoCredential,
                              "No authentication method used. Use cookie or authorization header.",
                              {}});
  }
  if (std::max(authorization.size(), sid.size()) > kCredentialBytesMax) {
    return base::fail(
        Refusal{Reason::kNoCredential, "Unauthorized: the credential is too long", {}});
  }
  Credential credential{.site = std::string(site), .authorization = {}, .sid = {}};
  if (authorization.empty()) {
    credential.sid = sid;
  } else {
    credential.authorization = authorization;
  }
  return credential;
}

}  // namespace crema::frappe
