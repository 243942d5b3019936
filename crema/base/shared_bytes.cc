#include "crema/base/shared_bytes.h"

#include "crema/base/check.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

namespace crema::base {

SharedBytes::SharedBytes(std::string_view text) : SharedBytes(uninitialized(text.size())) {
  if (!text.empty()) std::memcpy(bytes(block_), text.data(), text.size());
}

SharedBytes SharedBytes::uninitialized(size_t size) {
  CREMA_ASSERT(size <= std::numeric_limits<uint32_t>::max());
  void* memory = ::operator new(sizeof(Block) + size);
  SharedBytes result;
  result.block_ = new (memory) Block{{1}, static_cast<uint32_t>(size)};
  return result;
}

char* SharedBytes::mutable_data() noexcept {
  CREMA_ASSERT(block_ && block_->owners.load(std::memory_order_relaxed) == 1);
  return bytes(block_);
}

void SharedBytes::destroy(Block* block) noexcept {
  block->~Block();
  ::operator delete(block);
}

}  // namespace crema::base
