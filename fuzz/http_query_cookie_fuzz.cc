// Queries decode to UTF-8 and survive being written and read again; cookies never break.
#include "crema/base/base64.h"
#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/http/cookie.h"
#include "crema/http/query.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using crema::http::Query;

void check_query(std::string_view text) {
  const Query query{text};
  std::string written;
  for (const Query::Entry& entry : query.entries()) {
    CREMA_ASSERT(crema::base::valid_utf8(entry.key));
    CREMA_ASSERT(crema::base::valid_utf8(entry.value));
    // Also says that keys are distinct.
    CREMA_ASSERT(query.get(entry.key)->data() == entry.value.data());
    if (!written.empty()) written += '&';
    crema::http::append_form_encoded(written, entry.key);
    written += '=';
    crema::http::append_form_encoded(written, entry.value);
  }
  const Query again{written};
  CREMA_ASSERT(again.entries().size() == query.entries().size());
  for (size_t i = 0; i < again.entries().size(); ++i) {
    CREMA_ASSERT(again.entries()[i].key == query.entries()[i].key);
    CREMA_ASSERT(again.entries()[i].value == query.entries()[i].value);
  }
}

void check_cookie(std::string_view header) {
  const auto value = crema::http::cookie_value(header, "sid");
  CREMA_ASSERT(!value || value->size() <= header.size());
  const auto first = crema::http::cookie_value("sid=first;" + std::string{header}, "sid");
  CREMA_ASSERT(first == "first");
}

void check_base64(std::string_view text) {
  const std::string bytes = crema::base::decode_base64_lenient(text);
  std::string encoded;
  crema::base::append_base64(encoded, bytes);
  CREMA_ASSERT(crema::base::decode_base64_lenient(encoded) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_query(text);
  check_cookie(text);
  check_base64(text);
  return 0;
}
