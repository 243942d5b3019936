#include "crema/net/stream.h"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace crema::net {
namespace {

Stream::Transfer failed() {
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? Stream::Status::kWouldBlock : Stream::Status::kClosed};
}

}  // namespace

Stream::Stream(Loop& loop, int descriptor, StreamOwner& owner)
    : set_(loop.poll_set()), owner_(owner), descriptor_(descriptor) {
  if (!set_.add(*this, descriptor, awaited_)) close();
}

Stream::Transfer Stream::read(std::span<char> into) {
  const ssize_t n = ::recv(descriptor_, into.data(), into.size(), MSG_DONTWAIT);
  if (n < 0) return failed();
  if (n == 0) return {Status::kEnd};
  return {Status::kOk, static_cast<size_t>(n)};
}

Stream::Transfer Stream::write(std::string_view bytes) {
  const ssize_t n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n < 0) return failed();
  const auto sent = static_cast<size_t>(n);
  return {sent == bytes.size() ? Status::kOk : Status::kWouldBlock, sent};
}

void Stream::start_reading() { wait_for(awaited_ | EPOLLIN); }
void Stream::stop_reading() { wait_for(awaited_ & ~uint32_t{EPOLLIN}); }
void Stream::when_writable() { wait_for(awaited_ | EPOLLOUT); }

void Stream::wait_for(uint32_t events) {
  if (!is_open() || events == awaited_) return;
  awaited_ = events;
  set_.modify(*this, descriptor_, awaited_);
}

// A broken connection is told as readable and writable: the call that follows says why.
void Stream::on_ready(uint32_t events) {
  constexpr uint32_t kBroken = EPOLLERR | EPOLLHUP;
  const bool reads = (awaited_ & EPOLLIN) != 0 && (events & (EPOLLIN | kBroken)) != 0;
  const bool writes = (awaited_ & EPOLLOUT) != 0 && (events & (EPOLLOUT | kBroken)) != 0;
  if (!reads && (events & kBroken) != 0) return owner_.on_broken();
  if (writes) {
    wait_for(awaited_ & ~uint32_t{EPOLLOUT});
    owner_.on_writable();  // What can be read is told in the next turn, if there is a stream then.
  } else if (reads) {
    owner_.on_readable();
  }
}

void Stream::shutdown_write() { ::shutdown(descriptor_, SHUT_WR); }

void Stream::close() {
  if (const auto descriptor = release()) ::close(*descriptor);
}

std::optional<int> Stream::release() {
  if (!is_open()) return std::nullopt;
  set_.remove(*this, descriptor_);
  return std::exchange(descriptor_, -1);
}

}  // namespace crema::net
