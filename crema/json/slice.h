// Reading normalised JSON text in place: nothing is parsed that nobody asks for.
#pragma once

#include "crema/json/errc.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::json {

// One JSON value inside text that `normalize` has written: checked, and without white space.
// Borrows that text. The functions below stay within the slice whatever it holds, but their answers
// mean something for normalised text only. An empty slice stands for a value that is absent.
using Slice = std::string_view;

[[nodiscard]] inline bool is_object(Slice value) { return value.starts_with('{'); }
[[nodiscard]] inline bool is_array(Slice value) { return value.starts_with('['); }
[[nodiscard]] inline bool is_string(Slice value) { return value.starts_with('"'); }
[[nodiscard]] inline bool is_null(Slice value) { return value == "null"; }

// As JavaScript has it: absent, false, null, "" and every number that is zero as a double are not.
[[nodiscard]] bool truthy(Slice value);

// Replaces what `out` holds by the array's elements. Errors: Errc::kNotAnArray.
Result<void> split_array(Slice array, std::vector<Slice>& out);

// Walks the members of an object in their order; of anything else, none.
class Members {
 public:
  explicit Members(Slice object);
  // False when there is no further member.
  [[nodiscard]] bool next();
  // The key of the present member between its quotes, escapes as they are.
  [[nodiscard]] std::string_view raw_key() const { return raw_key_; }
  [[nodiscard]] Slice value() const { return value_; }

 private:
  Slice rest_;
  std::string_view raw_key_;
  Slice value_;
};

// Calls fn(raw_key, value) for every member: see Members.
template <class F>
void for_each_member(Slice object, F&& fn) {
  for (Members members(object); members.next();) fn(members.raw_key(), members.value());
}

// The value of `key`, the last one if there are several. Keys are compared with escapes decoded.
[[nodiscard]] std::optional<Slice> member(Slice object, std::string_view key);

// Whether a key, as it stands between its quotes, is `key`.
[[nodiscard]] bool key_is(std::string_view raw_key, std::string_view key);

// What a string says, in UTF-8; a surrogate escape without its other half becomes U+FFFD.
// Nothing if the value is no string.
[[nodiscard]] std::optional<std::string> string_value(Slice value);

// The number as JavaScript reads it: too large is infinite, too small is zero.
// Nothing if the value is no number.
[[nodiscard]] std::optional<double> number_value(Slice value);

// The same for a number without a fraction, 5.0 and 5e0 included; beyond 2^53 only when it is
// written as an integer. Nothing if the value is no such number or does not fit.
[[nodiscard]] std::optional<int64_t> integer_value(Slice value);
// The same for numbers up to 2^64 - 1; nothing for one below zero.
[[nodiscard]] std::optional<uint64_t> unsigned_value(Slice value);

// Appends what JSON.stringify writes for the string. `utf8` must be well formed.
void append_quoted(std::string& out, std::string_view utf8);

}  // namespace crema::json
