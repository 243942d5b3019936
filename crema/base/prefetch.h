// Asks for memory before it is needed, while something else takes its time.
#pragma once

#include <cstddef>

namespace crema::base {

inline constexpr size_t kCacheLine = 64;

// All cache lines from `first` to the end of `last`, which is `first` or lies behind it in the same
// object. Changes nothing but the time until they can be read.
template <class T, class U>
void prefetch(const T& first, const U& last) noexcept {
  const char* at = reinterpret_cast<const char*>(&first);
  const char* end = reinterpret_cast<const char*>(&last) + sizeof(U);
  for (; at < end; at += kCacheLine) __builtin_prefetch(at);
  __builtin_prefetch(end - 1);  // It may begin in the middle of a line.
}

template <class T>
void prefetch(const T& object) noexcept {
  prefetch(object, object);
}

}  // namespace crema::base
