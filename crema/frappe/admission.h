// Which site a CONNECT belongs to and whether it may be asked about at all: everything that is
// decided before the web process is called. Source: spec/frappe-realtime.md 3.1 to 3.3.
#pragma once

#include "crema/base/result.h"
#include "crema/engineio/handshake.h"
#include "crema/frappe/config.h"
#include "crema/frappe/credential.h"
#include "crema/frappe/sites.h"
#include "crema/http/request.h"
#include "crema/json/slice.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::frappe {

// The part of a session's first request that is needed for as long as it may CONNECT: Host,
// Origin, X-Frappe-Site-Name, Authorization, and of the cookies `sid` only (as header "sid";
// "cookie" stays, empty, to tell that there were some). Of
// User-Agent, the first product's name, if it is one of the official client's.
[[nodiscard]] engineio::Handshake keep_handshake(const http::Request& request,
                                                 const std::string& address);

// Everything, for apps' own handlers, and "sid" as above; a header of that name is not the
// client's.
[[nodiscard]] engineio::Handshake keep_whole_handshake(const http::Request& request,
                                                       const std::string& address);

// Whether the client says it is a browser, or Node: what runs the official client. Others may
// take the number of an event for an argument; those that do not are known by what they show when
// they come back. See socketio::RecoveryConfig::whose.
[[nodiscard]] bool runs_official_client(const engineio::Handshake& handshake);

// The host of a URL or a Host header, without scheme, path and port. Source: 3.1.
[[nodiscard]] std::string_view hostname(std::string_view text);

// An Origin names the site, unless it is another page's that the site lets in.
enum class OriginRole : uint8_t { kNamesSite, kForeign };

// The site's name by header, default site, Origin, Host: in this order. Source: 3.2.
[[nodiscard]] std::string_view resolve_site(const engineio::Handshake& handshake,
                                            const Config& config,
                                            OriginRole role = OriginRole::kNamesSite);

struct Refusal {
  enum class Reason : uint8_t { kNamespace, kOrigin, kNoCredential };
  Reason reason;
  std::string_view message;  // What the client is told; static.
  std::string detail;        // For the log: the values that were compared.
};

struct Admission {
  std::string_view nsp;  // Begins with "/".
  json::Slice auth;      // The CONNECT's payload: `authorization` counts when no header came.
  const engineio::Handshake& handshake;
  const Site& site;  // The one that `nsp` names.
};

// Errors: the first check that fails, in the original's order.
[[nodiscard]] base::Result<Credential, Refusal> admit(const Admission& admission,
                                                      const Config& config);

}  // namespace crema::frappe
