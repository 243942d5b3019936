// What `normalize` lets through is JSON to Boost.JSON too, and the other way round, but for the
// differences that are named below; its output is compact and stays as it is, and the members that
// it finds are those that are there, as are an array's elements.
#include "crema/base/check.h"
#include "crema/json/config.h"
#include "crema/json/normalize.h"

#include <boost/json/parser.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using crema::json::NonFinite;

boost::json::error_code boost_verdict(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = crema::json::kDepthMax;
  boost::json::parser parser({}, options);
  boost::json::error_code error;
  parser.write(text.data(), text.size(), error);
  return error;
}

// Of accepted text: escapes of surrogates made escapes of something else. JSON.parse allows one
// without its other half, Boost.JSON does not.
std::string without_surrogates(std::string_view text) {
  std::string out(text);
  for (size_t i = 0; (i = out.find('\\', i)) != std::string::npos; i += 2) {
    if (out[i + 1] == 'u' && (out[i + 2] == 'd' || out[i + 2] == 'D')) out[i + 2] = '0';
  }
  return out;
}

// The other difference: Boost.JSON takes no exponent beyond its own range.
bool is_no_error(boost::json::error_code verdict) {
  return !verdict || verdict == boost::json::error::exponent_overflow;
}

// True if the text is accepted; then `out` is checked.
bool check(std::string_view text, NonFinite mode, std::string& out) {
  static constexpr std::string_view kBefore = "before";
  crema::json::Slice a;
  crema::json::Slice b;
  out = kBefore;
  if (!crema::json::normalize(text, mode, out, {{"a", &a}, {"b", &b}})) {
    CREMA_ASSERT(out == kBefore && a.empty() && b.empty());
    return false;
  }
  CREMA_ASSERT(out.starts_with(kBefore));
  const std::string found_a(a);
  const std::string found_b(b);
  out.erase(0, kBefore.size());
  CREMA_ASSERT(found_a == crema::json::member(out, "a").value_or(""));
  CREMA_ASSERT(found_b == crema::json::member(out, "b").value_or(""));
  std::string again;
  CREMA_ASSERT(crema::json::normalize(out, NonFinite::kReject, again));
  CREMA_ASSERT(again == out);
  return true;
}

// `normalized`, of what is no JSON empty, is what `text` should become.
void check_elements(std::string_view text, std::string_view normalized) {
  static constexpr std::string_view kBefore = "before";
  std::vector<crema::json::Slice> elements{"of another"};
  std::string out(kBefore);
  const bool accepted = crema::json::normalize_array(text, out, elements).has_value();
  CREMA_ASSERT(accepted == (text.starts_with('[') && !normalized.empty()));
  CREMA_ASSERT(accepted || (out == kBefore && elements.empty()));
  if (!accepted) return;
  const std::string_view written = std::string_view(out).substr(kBefore.size());
  CREMA_ASSERT(written == normalized);
  std::vector<crema::json::Slice> expected;
  CREMA_ASSERT(crema::json::split_array(written, expected));
  CREMA_ASSERT(elements == expected);
  for (size_t i = 0; i < elements.size(); ++i) {
    CREMA_ASSERT(elements[i].data() == expected[i].data());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string strict;
  std::string lenient;
  const bool accepted = check(text, NonFinite::kReject, strict);
  const bool accepted_leniently = check(text, NonFinite::kNull, lenient);
  CREMA_ASSERT(!accepted || (accepted_leniently && strict == lenient));
  CREMA_ASSERT(!accepted || strict.size() <= text.size());
  check_elements(text, accepted ? strict : std::string_view());

  CREMA_ASSERT(accepted ? is_no_error(boost_verdict(without_surrogates(text)))
                        : boost_verdict(text).failed());
  return 0;
}
