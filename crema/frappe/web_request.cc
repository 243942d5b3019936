#include "crema/frappe/web_request.h"

#include "crema/http/query.h"

namespace crema::frappe {
namespace {

constexpr std::string_view kMethods = "/api/method/frappe.realtime.";
constexpr std::string_view kHex = "0123456789ABCDEF";

void append_hex(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
}

// As encodeURIComponent writes it: version 15 asks so, later ones in form encoding.
void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      append_hex(out, c);
    }
  }
}

// A cookie's value may not end the cookie: everything that could is percent-encoded.
std::string cookie_octets(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c > 0x20 && c < 0x7f && std::string_view("\",;\\%").find(c) == std::string_view::npos) {
      out.push_back(c);
    } else {
      append_hex(out, c);
    }
  }
  return out;
}

class Target {
 public:
  explicit Target(std::string_view method) : text_(std::string(kMethods).append(method)) {}

  // Version 15's way.
  Target& percent(std::string_view key, std::string_view value) {
    append_percent_encoded(next(key), value);
    return *this;
  }
  // The later ones'.
  Target& form(std::string_view key, std::string_view value) {
    http::append_form_encoded(next(key), value);
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string& next(std::string_view key) {
    text_.push_back(text_.find('?') == std::string::npos ? '?' : '&');
    return text_.append(key).append("=");
  }

  std::string text_;
};

std::vector<http::Header> headers_of(const Credential& credential) {
  std::vector<http::Header> headers = {{"Host", credential.site},
                                       {"X-Frappe-Site-Name", credential.site},
                                       {"Accept", "application/json"},
                                       {"User-Agent", "crema"}};
  if (!credential.authorization.empty()) {
    headers.push_back({"Authorization", credential.authorization});
  }
  return headers;
}

void add_cookie(std::vector<http::Header>& headers, const Credential& credential) {
  if (credential.authorization.empty()) {
    headers.push_back({"Cookie", "sid=" + cookie_octets(credential.sid)});
  }
}

}  // namespace

WebRequest user_info_request(const Credential& credential, std::optional<Dialect> dialect,
                             std::string_view secret) {
  Target target("get_user_info");
  WebRequest request{.target = {}, .headers = headers_of(credential)};
  if (dialect != Dialect::k16 && credential.authorization.empty()) {
    target.percent("sid", credential.sid);
  }
  if (dialect != Dialect::k15) {
    add_cookie(request.headers, credential);
    if (!secret.empty()) request.headers.push_back({"X-Frappe-Socket-Secret", std::string(secret)});
  }
  request.target = target.take();
  return request;
}

WebRequest permission_request(const PermissionQuestion& question, Dialect dialect) {
  WebRequest request{.target = {}, .headers = headers_of(question.credential)};
  if (dialect == Dialect::k16) {
    add_cookie(request.headers, question.credential);
    request.target = Target("has_permission")
                         .form("doctype", question.doctype)
                         .form("name", question.name)
                         .take();
    return request;
  }
  Target target(question.name.empty() ? "can_subscribe_doctype" : "can_subscribe_doc");
  if (question.credential.authorization.empty()) target.percent("sid", question.credential.sid);
  target.percent("doctype", question.doctype);
  if (!question.name.empty()) target.percent("docname", question.name);
  request.target = target.take();
  return request;
}

}  // namespace crema::frappe
