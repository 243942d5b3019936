#include "crema/engineio/packet_queue.h"

#include "crema/base/check.h"
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
  CREMA_ASSERT(packet);
  const size_t size = packet.frames().size();
  bytes_ += size;
  pool.queued_bytes_ += size;
  largest_ = std::max(largest_, static_cast<uint32_t>(size));
  if (!front_) {
    front_ = std::move(packet);
    return;
  }
  PacketPool::Node* node = pool.take(std::move(packet));
  (last_ ? last_->next : second_) = node;
  last_ = node;
}

void PacketQueue::pop(PacketPool& pool) {
  CREMA_ASSERT(!empty());
  bytes_ -= front_rest().size();
  pool.queued_bytes_ -= front_rest().size();
  taken_ = 0;
  if (!second_) {
    front_ = OutPacket();
    largest_ = 0;
    return;
  }
  PacketPool::Node* node = std::exchange(second_, second_->next);
  if (!second_) last_ = nullptr;
  front_ = std::move(node->packet);
  pool.give_back(node);
}

void PacketQueue::clear(PacketPool& pool) {
  while (!empty()) pop(pool);
}

Compress PacketQueue::compress() const noexcept {
  if (front_ && front_.compress() == Compress::kYes) return Compress::kYes;
  for (const PacketPool::Node* node = second_; node; node = node->next) {
    if (node->packet.compress() == Compress::kYes) return Compress::kYes;
  }
  return Compress::kNo;
}

size_t PacketQueue::copy_front(char* out, size_t capacity) const {
  size_t copied = 0;
  const auto copy = [&](std::string_view frames) {
    if (frames.size() > capacity - copied) return false;
    std::memcpy(out + copied, frames.data(), frames.size());
    copied += frames.size();
    return true;
  };
  if (empty() || !copy(front_rest())) return 0;
  for (const PacketPool::Node* node = second_; node; node = node->next) {
    if (!copy(node->packet.frames())) break;
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
