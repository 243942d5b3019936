// The inner loop of everything that reads strings: eight bytes at a time up to the next byte that
// means something in one.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace crema::json {

static_assert(std::endian::native == std::endian::little, "bytes are counted from the low end");

// The first quote, backslash or byte below 0x20 in [p, end), or `end`. The high bit of some byte of
// `seen` is set if one of the bytes passed, or one of the seven after them, is not ASCII.
[[nodiscard]] inline const char* find_special(const char* p, const char* end, uint64_t& seen) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighBits = 0x80 * kOnes;
  while (end - p >= 8) {
    uint64_t word;
    std::memcpy(&word, p, sizeof word);
    seen |= word;
    const uint64_t quote = word ^ ('"' * kOnes);
    const uint64_t backslash = word ^ ('\\' * kOnes);
    // A byte's high bit is set where it is special, perhaps also above the lowest such byte.
    const uint64_t special = (((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash) |
                              ((word - 0x20 * kOnes) & ~word)) &
                             kHighBits;
    if (special != 0) return p + std::countr_zero(special) / 8;
    p += 8;
  }
  for (; p != end; ++p) {
    const auto byte = static_cast<uint8_t>(*p);
    if (byte == '"' || byte == '\\' || byte < 0x20) break;
    seen |= byte;
  }
  return p;
}

[[nodiscard]] inline const char* find_special(const char* p, const char* end) {
  uint64_t unused = 0;
  return find_special(p, end, unused);
}

}  // namespace crema::json
