#include "crema/server/connection.h"

#include "crema/server/counters.h"
#include "crema/server/shard.h"

namespace crema::server {

Connection::Connection(Shard& shard, int descriptor, Peer peer)
    : stream_(shard.loop(), descriptor, *this), shard_(shard), peer_(std::move(peer)) {
  kDescriptors.add();
}

Connection::~Connection() { kDescriptors.sub(); }

void Connection::start(std::unique_ptr<Conversation> conversation) {
  conversation_ = std::move(conversation);
  if (!stream_.is_open()) lose();
}

void Connection::become(std::unique_ptr<Conversation> conversation) {
  shard_.retire(std::exchange(conversation_, std::move(conversation)));
}

void Connection::on_readable() {
  const std::span<char> buffer = shard_.read_buffer();
  const net::Stream::Transfer got = stream_.read(buffer);
  if (got.status == net::Stream::Status::kEnd) return on_end();
  if (got.status == net::Stream::Status::kClosed) return lose();
  if (got.status == net::Stream::Status::kOk && state_ == State::kOpen) {
    kBytesIn.add(static_cast<int64_t>(got.bytes));
    conversation_->on_bytes(buffer.first(got.bytes));
  }
}

// Not read from again: it would be at its end for ever. A broken write, a deadline or the
// conversation ends it.
void Connection::on_end() {
  ended_ = true;
  stream_.stop_reading();
  if (state_ != State::kOpen || !conversation_->on_end()) lose();
}

size_t Connection::write(std::string_view bytes) {
  if (blocked_ || broken_ || state_ != State::kOpen || bytes.empty()) return 0;
  kSends.add();  // before the call: who has seen the bytes finds them counted
  const net::Stream::Transfer sent = stream_.write(bytes);
  kBytesOut.add(static_cast<int64_t>(sent.bytes));
  if (sent.status == net::Stream::Status::kClosed) {
    broken_ = true;
    flush_soon();
  } else if (sent.status == net::Stream::Status::kWouldBlock) {
    blocked_ = true;
    stream_.when_writable();
  }
  return sent.bytes;
}

void Connection::on_writable() {
  blocked_ = false;
  if (state_ == State::kOpen) flush();
}

void Connection::flush_soon() {
  if (std::exchange(flush_asked_, true)) return;
  shard_.flush_soon(*this);
}

void Connection::flush() {
  flush_asked_ = false;
  if (state_ != State::kOpen) return;
  if (broken_) return lose();
  conversation_->flush();
}

void Connection::set_deadline(base::Duration from_now) {
  shard_.loop().wheel().arm(*this, shard_.loop().now() + from_now);
}

void Connection::on_expired(base::TimePoint) {
  if (state_ == State::kOpen) return conversation_->on_deadline();
  lose();
}

void Connection::finish() {
  if (state_ != State::kOpen) return;
  state_ = State::kLingering;
  if (ended_) return lose();
  stream_.shutdown_write();
  set_deadline(shard_.config().linger);
}

void Connection::abort() {
  if (state_ != State::kClosed) lose();
}

std::optional<int> Connection::release() {
  const auto descriptor = stream_.release();
  state_ = State::kClosed;
  cancel();
  shard_.discard(*this);
  return descriptor;
}

// The one way out but for release().
void Connection::lose() {
  if (state_ == State::kClosed) return;
  const bool was_open = state_ == State::kOpen;
  state_ = State::kClosed;
  cancel();
  stream_.close();
  shard_.limits().release(peer_);
  if (was_open) conversation_->on_lost();
  shard_.discard(*this);
}

}  // namespace crema::server
