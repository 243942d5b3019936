#include "crema/base/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace crema::base {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoDigit = 64;

constexpr std::array<uint8_t, 256> make_digits() {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (uint8_t value = 0; value < 64; ++value) {
    digits[static_cast<uint8_t>(kAlphabet[value])] = value;
  }
  digits['-'] = 62;
  digits['_'] = 63;
  return digits;
}

constexpr std::array<uint8_t, 256> kDigits = make_digits();

void append_group(std::string& out, uint32_t bits, size_t digits) {
  char group[] = {'=', '=', '=', '='};
  for (size_t i = 0; i < digits; ++i) group[i] = kAlphabet[(bits >> (18 - 6 * i)) & 63];
  out.append(group, sizeof group);
}

uint32_t byte_at(std::string_view bytes, size_t i) {
  return i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t bits =
        byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    const size_t left = bytes.size() - i;
    append_group(out, bits, left >= 3 ? 4 : left + 1);
  }
}

std::string decode_base64_lenient(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int pending = 0;
  for (const char c : text) {
    if (c == '=') break;
    const uint8_t digit = kDigits[static_cast<uint8_t>(c)];
    if (digit == kNoDigit) continue;
    bits = (bits << 6 | digit) & 0xFFF;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    out.push_back(static_cast<char>(bits >> pending & 0xFF));
  }
  return out;
}

}  // namespace crema::base
