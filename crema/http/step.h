// What one part of a reader says after a piece of input.
#pragma once

#include "crema/http/errc.h"

#include <cstddef>
#include <cstdint>

namespace crema::http {

struct Step {
  enum class Progress : uint8_t { kMore, kDone, kFailed };

  Progress progress;
  // Bytes of the input that belong to this part.
  size_t consumed;
  // Only in kFailed; an error of a response is named as that of a request.
  Errc error = Errc::kBadRequest;
};

}  // namespace crema::http
