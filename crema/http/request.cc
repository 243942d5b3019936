#include "crema/http/request.h"

namespace crema::http {

std::string_view Request::path() const {
  return std::string_view{target}.substr(0, target.find_first_of("?#"));
}

std::string_view Request::query() const {
  const std::string_view whole{target};
  const std::string_view without_fragment = whole.substr(0, whole.find('#'));
  const size_t mark = without_fragment.find('?');
  if (mark == std::string_view::npos) return {};
  return without_fragment.substr(mark + 1);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  return find_header(headers, name);
}

bool Request::wants_upgrade(std::string_view protocol) const {
  return header_has_token(headers, "Connection", "upgrade") &&
         header_has_token(headers, "Upgrade", protocol);
}

}  // namespace crema::http
