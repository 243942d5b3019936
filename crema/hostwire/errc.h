// What can be wrong with what a handler host sends.
#pragma once

#include "crema/base/result.h"

#include <cstdint>
#include <string_view>

namespace crema::hostwire {

enum class Errc : uint8_t {
  kTooLarge,      // a frame beyond kFrameBytesMax
  kBadFrame,      // lengths that do not add up, or more than kAttachmentsMax attachments
  kBadHead,       // the head is no JSON object, or is deeper than JSON may be here
  kBadType,       // no message of that type
  kMissingField,  // the type needs a field that is not there
  kBadField,      // a field is of another type, or beyond its bound
};

template <class T>
using Result = base::Result<T, Errc>;

// For the log.
[[nodiscard]] std::string_view to_text(Errc error);

}  // namespace crema::hostwire
