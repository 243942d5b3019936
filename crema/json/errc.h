// What can be wrong with JSON text.
#pragma once

#include "crema/base/result.h"

#include <cstdint>

namespace crema::json {

enum class Errc : uint8_t {
  kSyntax,      // No JSON text by RFC 8259, or something follows it.
  kBadUtf8,     // Well-formed JSON but for bytes that are not UTF-8.
  kTooDeep,     // More than kDepthMax arrays and objects in each other.
  kNotAnArray,  // An array was asked for.
};

template <class T>
using Result = base::Result<T, Errc>;

}  // namespace crema::json
