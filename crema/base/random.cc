#include "crema/base/random.h"

#include "crema/base/check.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <pthread.h>
#include <sys/random.h>

namespace crema::base {

namespace {

// A new connection needs three ids, which would be three system calls of about ten: they are drawn
// in blocks. A child of fork() must not draw what its parent will.
std::atomic<unsigned> forks = 0;
const int forks_are_counted = ::pthread_atfork(nullptr, nullptr, [] { ++forks; });

class Block {
 public:
  void draw(std::span<unsigned char> out) {
    if (out.size() > bytes_.size() / 4) return random_bytes(out);
    if (left_ < out.size() || forks_ != forks.load(std::memory_order_relaxed)) refill();
    const auto drawn = std::span(bytes_).subspan(left_ -= out.size(), out.size());
    std::ranges::copy(drawn, out.begin());
    std::ranges::fill(drawn, 0);  // Nobody who reads our memory later learns of ids that are out.
  }

 private:
  void refill() {
    forks_ = forks.load(std::memory_order_relaxed);
    random_bytes(bytes_);
    left_ = bytes_.size();
  }

  std::array<unsigned char, 320> bytes_{};
  size_t left_ = 0;
  unsigned forks_ = 0;
};

thread_local Block block;

}  // namespace

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
  std::string id(length, '\0');
  block.draw({reinterpret_cast<unsigned char*>(id.data()), length});
  for (char& byte : id) byte = kAlphabet[static_cast<unsigned char>(byte) & 63];
  return id;
}

}  // namespace crema::base
