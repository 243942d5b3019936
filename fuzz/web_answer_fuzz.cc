// Whatever answers in the web process's place: nobody is known and nothing is allowed but by a
// success that says so.
//
// The input is a status, one space and a body.
#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/frappe/web_answer.h"
#include "crema/http/response.h"
#include "crema/json/normalize.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace {

using namespace crema;  // NOLINT: a program of one file.

bool is_json(std::string_view text) {
  std::string normal;
  return json::normalize(text, json::NonFinite::kNull, normal).has_value();
}

void check(const frappe::IdentityAnswer& answer, const http::Response& response,
           frappe::Apps apps) {
  using Kind = frappe::IdentityAnswer::Kind;
  const frappe::UserInfo& info = answer.info;
  const bool is_known = answer.kind == Kind::kKnown;
  CREMA_ASSERT(info.user.empty() == !is_known);
  const bool is_answered = is_known || answer.kind == Kind::kEmpty;
  if (is_answered) CREMA_ASSERT(frappe::is_success(response.status) && is_json(response.body));
  CREMA_ASSERT(answer.reason.empty() == is_answered);
  CREMA_ASSERT(base::valid_utf8(info.user) && base::valid_utf8(info.user_type));
  if (!info.apps) return;
  CREMA_ASSERT(is_known && apps == frappe::Apps::kKeep && info.dialect == frappe::Dialect::k16);
  for (const std::string& app : *info.apps) CREMA_ASSERT(base::valid_utf8(app));
}

void check(const frappe::PermissionAnswer& answer, const http::Response& response) {
  using Kind = frappe::PermissionAnswer::Kind;
  if (answer.kind == Kind::kAllowed) {
    CREMA_ASSERT(frappe::is_success(response.status) && is_json(response.body));
    CREMA_ASSERT(response.body.find("message") != std::string::npos ||
                 response.body.find('\\') != std::string::npos);
  }
  const bool is_for_the_log = answer.kind == Kind::kFailed || answer.kind == Kind::kUnavailable;
  CREMA_ASSERT(answer.reason.empty() != is_for_the_log && !answer.is_kept);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  http::Response response;
  const char* const end = input.data() + input.size();
  const auto status = std::from_chars(input.data(), end, response.status);
  if (status.ec != std::errc() || status.ptr == end || *status.ptr != ' ') return 0;
  response.body.assign(status.ptr + 1, end);
  for (const auto apps : {frappe::Apps::kPassOver, frappe::Apps::kKeep}) {
    check(frappe::read_user_info(response, apps), response, apps);
  }
  check(frappe::read_permission(response), response);
  return 0;
}
