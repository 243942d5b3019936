// What a thread asks of the heap. Included by one file of a test program, of which it replaces
// operator new and operator delete.
#pragma once

// A sanitizer brings an allocator of its own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CREMA_COUNTS_HEAP_USE

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace crema::base {

// Since the thread began.
struct HeapUse {
  int64_t allocations = 0;
  int64_t bytes = 0;  // That are still there; those of the heap's own bookkeeping too.
};
thread_local HeapUse t_heap_use;

constexpr int64_t kChunkHeader = sizeof(size_t);

inline void* counted(void* memory) {
  if (!memory) throw std::bad_alloc();
  ++t_heap_use.allocations;
  t_heap_use.bytes += static_cast<int64_t>(::malloc_usable_size(memory)) + kChunkHeader;
  return memory;
}

inline void give_back(void* memory) noexcept {
  if (!memory) return;
  t_heap_use.bytes -= static_cast<int64_t>(::malloc_usable_size(memory)) + kChunkHeader;
  std::free(memory);
}

}  // namespace crema::base

void* operator new(size_t size) { return crema::base::counted(std::malloc(size)); }
void* operator new(size_t size, std::align_val_t alignment) {
  const auto align = static_cast<size_t>(alignment);
  return crema::base::counted(std::aligned_alloc(align, (size + align - 1) / align * align));
}
void operator delete(void* memory) noexcept { crema::base::give_back(memory); }
void operator delete(void* memory, size_t) noexcept { crema::base::give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { crema::base::give_back(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  crema::base::give_back(memory);
}

#endif
