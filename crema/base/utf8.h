// UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crema::base {

// Whether the whole text is well formed. ASCII is read eight bytes at a time.
// Source: RFC 3629, section 4.
[[nodiscard]] bool valid_utf8(std::string_view text) noexcept;

// The length, 1 to 4, of the well-formed sequence that `text` begins with; 0 if there is none.
[[nodiscard]] size_t utf8_sequence(std::string_view text) noexcept;

// The same check over text that arrives in pieces, cut anywhere. Four bytes of state.
class Utf8Checker {
 public:
  // False from the first byte on that no continuation could make well formed, until `reset`.
  [[nodiscard]] bool feed(std::string_view piece) noexcept;
  // Whether the text may end here: nothing was wrong and no sequence is open.
  [[nodiscard]] bool complete() const noexcept { return missing_ == 0 && !failed_; }
  void reset() noexcept { *this = {}; }

 private:
  uint8_t missing_ = 0;  // Bytes the open sequence still lacks.
  uint8_t min_ = 0x80;   // What the next of them may be.
  uint8_t max_ = 0xBF;
  bool failed_ = false;
};

}  // namespace crema::base
