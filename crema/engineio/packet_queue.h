// What waits for a session's transport, without an allocation per packet.
#pragma once

#include "crema/engineio/out_packet.h"

#include <cstddef>
#include <cstdint>

namespace crema::engineio {

// A shard's free list of queue nodes, for what waits behind the first packet. Shard thread only.
// Outlives the shard's queues.
class PacketPool {
 public:
  struct Node {
    OutPacket packet;
    Node* next = nullptr;
  };

  PacketPool() = default;
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;
  ~PacketPool();

  [[nodiscard]] Node* take(OutPacket packet);
  void give_back(Node* node) noexcept;

  // Frees what is kept.
  void shrink() noexcept;

  // Frame bytes not yet taken, of all queues of the pool.
  [[nodiscard]] size_t queued_bytes() const noexcept { return queued_bytes_; }

  // Nodes kept for reuse; what a burst took beyond that goes back to the heap.
  static constexpr size_t kKeptMax = 64 * 1024;

 private:
  friend class PacketQueue;

  Node* free_ = nullptr;
  size_t kept_ = 0;
  size_t queued_bytes_ = 0;
};

// First in, first out. A WebSocket may take part of the front packet and come back for the rest.
// Empty it with `clear` before it is destroyed: it does not know its pool.
class PacketQueue {
 public:
  PacketQueue() = default;
  PacketQueue(const PacketQueue&) = delete;
  PacketQueue& operator=(const PacketQueue&) = delete;

  [[nodiscard]] bool empty() const noexcept { return !front_; }
  [[nodiscard]] bool has_one() const noexcept { return front_ && !second_; }
  // Frame bytes not yet taken.
  [[nodiscard]] size_t bytes() const noexcept { return bytes_; }
  // More than `max` bytes wait besides the largest packet since the queue was last empty: a large
  // one has company before it has left, and that is nobody's fault.
  [[nodiscard]] bool exceeds(size_t max) const noexcept { return bytes_ > max + largest_; }
  [[nodiscard]] const OutPacket& front() const noexcept { return front_; }
  // kYes when any packet says so.
  [[nodiscard]] Compress compress() const noexcept;
  // True when part of the front packet has already been taken.
  [[nodiscard]] bool front_is_partial() const noexcept { return taken_ != 0; }

  // `packet` has bytes.
  void push(OutPacket packet, PacketPool& pool);
  // Of a queue that is not empty.
  void pop(PacketPool& pool);
  void clear(PacketPool& pool);

  // The untaken bytes of the front packet.
  [[nodiscard]] std::string_view front_rest() const { return front().frames().substr(taken_); }
  // Copies whole frames (and the rest of a partial one) into `out` until the next does not fit.
  // Returns the bytes copied; the packets stay until `consume`.
  [[nodiscard]] size_t copy_front(char* out, size_t capacity) const;
  // Marks `n` bytes as taken by the kernel.
  void consume(size_t n, PacketPool& pool);

 private:
  OutPacket front_;  // Here, because it is mostly alone: a broadcast has one for each receiver.
  PacketPool::Node* second_ = nullptr;
  PacketPool::Node* last_ = nullptr;  // Null when there is no second.
  size_t bytes_ = 0;
  uint32_t taken_ = 0;    // Of the front packet.
  uint32_t largest_ = 0;  // Since it was last empty.
};

}  // namespace crema::engineio
