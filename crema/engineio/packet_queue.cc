#include "crema/engineio/packet_queue.h"

#include "crema/base/prefetch.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace crema::engineio {

PacketPool::~PacketPool() { shrink(); }

void PacketPool::shrink() noexcept {
  while (free_) delete std::exchange(free_, free_->next);
  kept_ = 0;
}

PacketPool::Node* PacketPool::take(OutPacket packet) {
  if (!free_) return new Node{std::move(packet), nullptr};
  Node* node = std::exchange(free_, free_->next);
  --kept_;
  if (free_) base::prefetch(*free_);
  node->packet = std::move(packet);
  node->next = nullptr;
  return node;
}

void PacketPool::give_back(Node* node) noexcept {
  if (kept_ == kKeptMax) {
    delete node;
    return;
  }
  node->packet = OutPacket();
  node->next = free_;
  free_ = node;
  ++kept_;
}

// A frame is shorter than 4 GiB: base::SharedBytes.
void PacketQueue::push(OutPacket packet, PacketPool& pool) {
  const size_t size = packet.frames().size();
  bytes_ += size;
  pool.queued_bytes_ += size;
  largest_ = std::max(largest_, static_cast<uint32_t>(size));
  PacketPool::Node* node = pool.take(std::move(packet));
  (last_ ? last_->next : first_) = node;
  last_ = node;
}

void PacketQueue::pop(PacketPool& pool) {
  bytes_ -= front_rest().size();
  pool.queued_bytes_ -= front_rest().size();
  taken_ = 0;
  PacketPool::Node* node = std::exchange(first_, first_->next);
  if (!first_) {
    last_ = nullptr;
    largest_ = 0;
  }
  pool.give_back(node);
}

void PacketQueue::clear(PacketPool& pool) {
  while (!empty()) pop(pool);
}

Compress PacketQueue::compress() const noexcept {
  for (const PacketPool::Node* node = first_; node; node = node->next) {
    if (node->packet.compress() == Compress::kYes) return Compress::kYes;
  }
  return Compress::kNo;
}

size_t PacketQueue::copy_front(char* out, size_t capacity) const {
  size_t copied = 0;
  size_t skip = taken_;
  for (const PacketPool::Node* node = first_; node; node = node->next) {
    const std::string_view rest = node->packet.frames().substr(skip);
    if (rest.size() > capacity - copied) break;
    std::memcpy(out + copied, rest.data(), rest.size());
    copied += rest.size();
    skip = 0;
  }
  return copied;
}

void PacketQueue::consume(size_t n, PacketPool& pool) {
  while (n != 0) {
    const size_t rest = front_rest().size();
    if (n < rest) {
      taken_ += static_cast<uint32_t>(n);
      bytes_ -= n;
      pool.queued_bytes_ -= n;
      return;
    }
    n -= rest;
    pop(pool);
  }
}

}  // namespace crema::engineio
