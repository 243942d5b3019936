// Asks for memory before it is needed, while something else takes its time.
#pragma once

#include <cstddef>

namespace crema::base {

inline constexpr size_t kCacheLine = 64;

// All of an object's cache lines. Changes nothing but the time until it can be read.
template <class T>
void prefetch(const T& object) noexcept {
  const char* at = reinterpret_cast<const char*>(&object);
  for (size_t i = 0; i < sizeof(T); i += kCacheLine) __builtin_prefetch(at + i);
  __builtin_prefetch(at + sizeof(T) - 1);  // It may begin in the middle of a line.
}

}  // namespace crema::base
