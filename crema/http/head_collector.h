// Gathers the bytes of a head until its empty line.
#pragma once

#include "crema/http/line_scanner.h"
#include "crema/http/step.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace crema::http {

// Copies only when a head comes in pieces; never holds more than `bytes_max`.
class HeadCollector {
 public:
  // Errors: kBadRequest, kHeadTooLarge.
  [[nodiscard]] Step feed(std::string_view bytes, size_t bytes_max);

  // The head so far, its empty line included. Borrows from the collector and from the bytes of
  // the last `feed`.
  [[nodiscard]] std::string_view head() const { return buffer_.empty() ? direct_ : buffer_; }

 private:
  LineScanner scanner_{LineScanner::After::kNothing};
  std::string buffer_;
  // A head that came in one piece, or the part of it that failed.
  std::string_view direct_;
};

}  // namespace crema::http
