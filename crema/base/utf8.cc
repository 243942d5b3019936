#include "crema/base/utf8.h"

#include <cstring>

namespace crema::base {
namespace {

// What a first byte announces: the length of its sequence and the range of the second byte, which
// is where overlong forms, surrogates and code points beyond the last are told apart.
struct Lead {
  uint8_t length;  // 0: no sequence begins with this byte.
  uint8_t second_min;
  uint8_t second_max;
};

constexpr Lead lead_of(uint8_t byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

constexpr bool is_continuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

size_t sequence_at(const char* p, size_t available) {
  const Lead lead = lead_of(static_cast<uint8_t>(*p));
  if (lead.length < 2) return lead.length;
  if (lead.length > available) return 0;
  const auto second = static_cast<uint8_t>(p[1]);
  if (second < lead.second_min || second > lead.second_max) return 0;
  for (size_t i = 2; i < lead.length; ++i) {
    if (!is_continuation(p[i])) return 0;
  }
  return lead.length;
}

const char* skip_ascii(const char* p, const char* end) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  while (end - p >= 8) {
    uint64_t word;
    std::memcpy(&word, p, sizeof word);
    if ((word & kHighBits) != 0) break;
    p += 8;
  }
  while (p != end && static_cast<uint8_t>(*p) < 0x80) ++p;
  return p;
}

}  // namespace

bool valid_utf8(std::string_view text) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  while ((p = skip_ascii(p, end)) != end) {
    // Text that is not Latin stays with long sequences: no word-wise look after each of them.
    do {
      const size_t length = sequence_at(p, static_cast<size_t>(end - p));
      if (length == 0) return false;
      p += length;
    } while (p != end && static_cast<uint8_t>(*p) >= 0x80);
  }
  return true;
}

size_t utf8_sequence(std::string_view text) noexcept {
  return text.empty() ? 0 : sequence_at(text.data(), text.size());
}

bool Utf8Checker::feed(std::string_view piece) noexcept {
  const char* p = piece.data();
  const char* const end = p + piece.size();
  while (!failed_) {
    if (missing_ == 0) p = skip_ascii(p, end);
    if (p == end) break;
    const auto byte = static_cast<uint8_t>(*p++);
    if (missing_ == 0) {
      const Lead lead = lead_of(byte);
      failed_ = lead.length == 0;
      missing_ = static_cast<uint8_t>(lead.length - 1);
      min_ = lead.second_min;
      max_ = lead.second_max;
    } else {
      failed_ = byte < min_ || byte > max_;
      --missing_;
      min_ = 0x80;
      max_ = 0xBF;
    }
  }
  return !failed_;
}

}  // namespace crema::base
