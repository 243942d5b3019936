// Finds the empty line that ends a block of lines (a head, or the trailers of a chunked body).
#pragma once

#include "crema/http/step.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crema::http {

//   kText ──CR──▶ kCr ──LF──▶ kLineStart ──CR──▶ kEmptyCr ──LF──▶ done
//     ▲──────────any other byte────┘
//
// Every line must end in CR LF, hold no control character but the tab, and not begin with white
// space (a folded line, which two parsers may read in two ways): a request that breaks this fails
// at once and not when its head is complete.
class LineScanner {
 public:
  // What stands before the first byte: kNothing for a head, kLine when a line has just ended.
  enum class After : uint8_t { kNothing, kLine };

  explicit LineScanner(After after);

  // Errors: kBadRequest.
  [[nodiscard]] Step feed(std::string_view bytes);

 private:
  enum class State : uint8_t { kText, kCr, kLineStart, kEmptyCr };

  [[nodiscard]] Step::Progress on_byte(char c);

  State state_;
};

}  // namespace crema::http
