#include "crema/base/random.h"

#include "crema/base/check.h"

#include <sys/random.h>
#include <vector>

namespace crema::base {

void random_bytes(std::span<unsigned char> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    CREMA_ASSERT(n > 0);
    out = out.subspan(static_cast<size_t>(n));
  }
}

std::string random_id(size_t length) {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::vector<unsigned char> bytes(length);
  random_bytes(bytes);
  std::string id(length, '\0');
  for (size_t i = 0; i < length; ++i) id[i] = kAlphabet[bytes[i] & 63];
  return id;
}

}  // namespace crema::base
