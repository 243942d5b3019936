#include "crema/frappe/admission.h"

#include "crema/http/cookie.h"

#include <algorithm>

namespace crema::frappe {
namespace {

// The first product of a User-Agent: browsers say Mozilla/5.0 (…) …, Node's client names its parts.
std::string_view product_of(std::string_view agent) {
  return agent.substr(0, agent.find_first_of("/ "));
}

bool is_official_client(std::string_view product) {
  return product == "Mozilla" || product == "node-XMLHttpRequest" || product == "node";
}

auto refuse(Refusal::Reason reason, std::string_view message, std::string detail = {}) {
  return base::fail(Refusal{reason, message, std::move(detail)});
}

// What an HTTP header's value may hold; the client's JSON may hold anything.
bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < '\x7f'; });
}

// The header, else what a browser says in the CONNECT: over WebSocket it can send no headers.
std::string authorization_of(const Admission& admission) {
  const auto header = admission.handshake.header("authorization");
  if (header && !header->empty()) return std::string(*header);
  const auto member = json::member(admission.auth, "authorization");
  return member ? json::string_value(*member).value_or("") : std::string();
}

base::Result<void, Refusal> check_origin(const Admission& admission, std::string_view authorization,
                                         const Config& config) {
  const auto origin = admission.handshake.header("origin");
  const std::string_view host = admission.handshake.header("host").value_or("");
  if (origin) {
    if (!hostname(*origin).empty() && hostname(*origin) == hostname(host)) return {};
    if (admission.site.allows(*origin)) return {};
  } else if (!host.empty() && (config.missing_origin == MissingOrigin::kAlways ||
                               (config.missing_origin == MissingOrigin::kWithAuthorization &&
                                !authorization.empty()))) {
    return {};
  }
  std::string detail = "Host is `" + std::string(host) + "`, ";
  detail += origin ? "Origin is `" + std::string(*origin) + "`" : std::string("Origin is missing");
  return refuse(Refusal::Reason::kOrigin, "Invalid origin", std::move(detail));
}

}  // namespace

engineio::Handshake keep_handshake(const http::Request& request, const std::string& address) {
  engineio::Handshake kept({}, address);
  for (const char* name : {"host", "origin", "x-frappe-site-name", "authorization"}) {
    if (const auto value = request.header(name)) kept.add(name, *value);
  }
  if (const auto cookie = request.header("cookie")) {
    kept.add("cookie", "");
    if (const auto sid = http::cookie_value(*cookie, "sid")) {
      kept.add("sid", *sid);
    }
  }
  const auto agent = request.header("user-agent");
  if (agent && is_official_client(product_of(*agent))) {
    kept.add("user-agent", product_of(*agent));
  }
  return kept;
}

engineio::Handshake keep_whole_handshake(const http::Request& request, const std::string& address) {
  engineio::Handshake kept(request.query(), address);
  for (const http::Header& header : request.headers) {
    if (http::equals_ignoring_case(header.name, "sid")) continue;
    kept.add(header.name, header.value);
  }
  if (const auto cookie = request.header("cookie")) {
    if (const auto sid = http::cookie_value(*cookie, "sid")) {
      kept.add("sid", *sid);
    }
  }
  return kept;
}

bool runs_official_client(const engineio::Handshake& handshake) {
  return is_official_client(product_of(handshake.header("user-agent").value_or("")));
}

std::string_view hostname(std::string_view text) {
  if (text.find("://") != std::string_view::npos) {  // Then it has two slashes, at least.
    text.remove_prefix(text.find('/') + 1);
    text.remove_prefix(text.find('/') + 1);
    text = text.substr(0, text.find('/'));
  }
  return text.substr(0, text.find(':'));
}

std::string_view resolve_site(const engineio::Handshake& handshake, const Config& config,
                              OriginRole role) {
  if (const auto name = handshake.header("x-frappe-site-name"); name && !name->empty()) {
    return hostname(*name);
  }
  const std::string_view host = hostname(handshake.header("host").value_or(""));
  if (!config.default_site.empty() && (host == "localhost" || host == "127.0.0.1")) {
    return config.default_site;
  }
  const auto origin = handshake.header("origin");
  const bool names_site = role == OriginRole::kNamesSite && origin && !origin->empty();
  return names_site ? hostname(*origin) : host;
}

base::Result<Credential, Refusal> admit(const Admission& admission, const Config& config) {
  using Reason = Refusal::Reason;
  const engineio::Handshake& handshake = admission.handshake;
  const auto origin = handshake.header("origin");
  const bool is_foreign = origin && admission.site.allows(*origin);
  const std::string_view asked = admission.nsp.substr(1);
  const std::string_view site =
      resolve_site(handshake, config, is_foreign ? OriginRole::kForeign : OriginRole::kNamesSite);
  if (asked != site) {
    return refuse(Reason::kNamespace, "Invalid namespace",
                  "the client asks for `" + std::string(asked) + "`, its request is for site `" +
                      std::string(site) + "`");
  }
  const std::string authorization = authorization_of(admission);
  if (const auto checked = check_origin(admission, authorization, config); !checked) {
    return base::fail(checked.error());
  }
  if (authorization.empty() && !handshake.header("cookie")) {
    return refuse(Reason::kNoCredential,
                  "Missing cookie and authorization header. Either one needed for authentication.");
  }
  const std::string_view sid = handshake.header("sid").value_or("");
  if (authorization.empty() && sid.empty()) {
    return refuse(Reason::kNoCredential,
                  "No authentication method used. Use cookie or authorization header.");
  }
  if (std::max(authorization.size(), sid.size()) > kCredentialBytesMax) {
    return refuse(Reason::kNoCredential, "Unauthorized: the credential is too long");
  }
  if (!is_header_value(authorization)) {
    return refuse(Reason::kNoCredential, "Unauthorized: the credential cannot be sent");
  }
  Credential credential{
      .site = std::string(site), .authorization = authorization, .sid = {}, .origin = {}};
  if (authorization.empty()) credential.sid = sid;
  if (config.auth_upstream == AuthUpstream::kOrigin && origin && !is_foreign) {
    credential.origin = *origin;
  }
  return credential;
}

}  // namespace crema::frappe
