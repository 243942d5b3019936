// Makes what a publisher or a peer wrote fit to be forwarded: checked in one pass, and compact.
#pragma once

#include "crema/json/errc.h"
#include "crema/json/slice.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace crema::json {

// What becomes of the bare words NaN, Infinity and -Infinity, which Python writes for numbers.
enum class NonFinite : uint8_t { kReject, kNull };

// Checks that `in` is one JSON text and appends it to `out` without insignificant white space;
// numbers and strings stay byte for byte. Accepts what JSON.parse accepts, lone surrogate escapes
// included, up to a depth of kDepthMax. On an error `out` is as before; it must not hold `in`.
// Errors: Errc::kSyntax, Errc::kBadUtf8, Errc::kTooDeep. Source: RFC 8259; architecture 1.5.
[[nodiscard]] Result<void> normalize(std::string_view in, NonFinite non_finite, std::string& out);

// A member that is looked for, and where its value is to go.
struct Wanted {
  std::string_view key;
  Slice* value;
};
// The same, and on success the values of up to eight members of an object as slices of `out`, found
// in the same pass: of several with one key the last. What is not there leaves its slice as it is.
[[nodiscard]] Result<void> normalize(std::string_view in, NonFinite non_finite, std::string& out,
                                     std::initializer_list<Wanted> wanted);

// `normalize` for an array that begins with the first byte of `in`, with NonFinite::kReject:
// replaces what `elements` holds by its elements, as slices of `out`, or by none on an error. `out`
// gets room for all of `in`, white space included. Errors: Errc::kNotAnArray also.
[[nodiscard]] Result<void> normalize_array(std::string_view in, std::string& out,
                                           std::vector<Slice>& elements);

}  // namespace crema::json
