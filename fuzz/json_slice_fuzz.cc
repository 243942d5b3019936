// Whatever a slice holds, its readers stay inside; of normalised text they find every value, whole.
#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/json/config.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"

#include <cstddef>
#include <cstdint>

namespace {

using crema::json::NonFinite;
using crema::json::Slice;

bool is_normal(Slice text) {
  std::string out;
  return crema::json::normalize(text, NonFinite::kReject, out) && out == text;
}

// Puts the elements or members together again: nothing may be lost, at any depth.
std::string rebuilt(Slice value) {
  std::string out;
  if (crema::json::is_array(value)) {
    std::vector<Slice> elements;
    CREMA_ASSERT(crema::json::split_array(value, elements));
    for (Slice element : elements) out.append(out.empty() ? "" : ",").append(rebuilt(element));
    return "[" + out + "]";
  }
  if (crema::json::is_object(value)) {
    crema::json::for_each_member(value, [&](std::string_view raw_key, Slice inner) {
      out.append(out.empty() ? "\"" : ",\"").append(raw_key).append("\":").append(rebuilt(inner));
    });
    return "{" + out + "}";
  }
  CREMA_ASSERT(is_normal(value));
  return std::string(value);
}

void check_string(Slice value) {
  const auto text = crema::json::string_value(value);
  CREMA_ASSERT(text.has_value() && crema::base::valid_utf8(*text));
  std::string quoted;
  crema::json::append_quoted(quoted, *text);
  CREMA_ASSERT(is_normal(quoted));
  CREMA_ASSERT(crema::json::string_value(quoted) == text);
  CREMA_ASSERT(crema::json::truthy(value) == !text->empty());
}

void check_leaf(Slice value) {
  if (crema::json::is_string(value)) check_string(value);
  const auto number = crema::json::number_value(value);
  if (!number) return;
  CREMA_ASSERT(crema::json::truthy(value) == (*number != 0));
  const auto integer = crema::json::integer_value(value);
  CREMA_ASSERT(!integer || static_cast<double>(*integer) == *number);
}

void check_members(Slice value) {
  crema::json::for_each_member(value, [&](std::string_view raw_key, Slice) {
    const auto key = crema::json::string_value("\"" + std::string(raw_key) + "\"");
    CREMA_ASSERT(crema::json::member(value, *key).has_value());
  });
}

// Only that nothing is read or written where it must not be.
void survive(Slice text) {
  std::vector<Slice> elements;
  if (crema::json::split_array(text, elements)) {
    for (Slice element : elements) (void)crema::json::truthy(element);
  }
  (void)crema::json::member(text, "a");
  (void)crema::json::string_value(text);
  (void)crema::json::number_value(text);
  (void)crema::json::integer_value(text);
  (void)crema::json::truthy(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  survive(text);
  std::string normal;
  if (!crema::json::normalize(text, NonFinite::kNull, normal)) return 0;
  CREMA_ASSERT(rebuilt(normal) == normal);
  check_leaf(normal);
  // One member is looked up by a walk over all: small objects only.
  if (normal.size() < 4096) check_members(normal);
  return 0;
}
