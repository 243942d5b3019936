#include "crema/websocket/mask.h"

#include <cstdint>
#include <cstring>

namespace crema::websocket {

void apply_mask(std::span<char> bytes, const MaskKey& key, size_t offset) {
  std::array<char, 8> wide{};
  for (size_t i = 0; i < wide.size(); ++i) wide[i] = key[(offset + i) % key.size()];
  uint64_t key_word;
  std::memcpy(&key_word, wide.data(), sizeof key_word);

  size_t at = 0;
  for (; at + sizeof key_word <= bytes.size(); at += sizeof key_word) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    word ^= key_word;
    std::memcpy(bytes.data() + at, &word, sizeof word);
  }
  for (; at < bytes.size(); ++at) {
    bytes[at] = static_cast<char>(bytes[at] ^ wide[at % wide.size()]);
  }
}

}  // namespace crema::websocket
