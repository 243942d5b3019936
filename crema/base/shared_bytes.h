// Immutable bytes with many owners: an encoded frame that waits in ten thousand queues at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace crema::base {

// A counted reference to one allocation that holds counter, size and bytes. Eight bytes wide.
// Thread-safe to copy and destroy; the bytes never change once shared.
class SharedBytes {
 public:
  SharedBytes() noexcept = default;
  // Copies `text`.
  explicit SharedBytes(std::string_view text);
  // Room for `size` bytes that the caller fills through `mutable_data` before the first copy.
  [[nodiscard]] static SharedBytes uninitialized(size_t size);

  SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) { retain(); }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() { release(); }

  [[nodiscard]] const char* data() const noexcept { return block_ ? bytes(block_) : nullptr; }
  [[nodiscard]] size_t size() const noexcept { return block_ ? block_->size : 0; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] std::string_view view() const noexcept { return {data(), size()}; }
  [[nodiscard]] explicit operator bool() const noexcept { return block_ != nullptr; }

  // Only while there is a single owner.
  [[nodiscard]] char* mutable_data() noexcept;

 private:
  struct Block {
    std::atomic<uint32_t> owners;
    uint32_t size;
  };
  static char* bytes(Block* block) noexcept { return reinterpret_cast<char*>(block + 1); }
  void retain() const noexcept {
    if (block_) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept {
    if (block_ && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(block_);
  }
  static void destroy(Block* block) noexcept;

  Block* block_ = nullptr;
};

}  // namespace crema::base
