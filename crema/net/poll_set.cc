#include "crema/net/poll_set.h"

#include "crema/net/loop.h"

#include <boost/system/system_error.hpp>

#include <cerrno>
#include <utility>

namespace crema::net {
namespace {

int make_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor >= 0) return descriptor;
  throw boost::system::system_error(ErrorCode(errno, boost::system::system_category()), "epoll");
}

}  // namespace

PollSet::PollSet(asio::io_context& context) : epoll_(context.get_executor(), make_epoll()) {}

bool PollSet::add(PollEntry& entry, int descriptor, uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &entry}};
  const bool added = ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) == 0;
  members_ += added ? 1 : 0;
  return added;
}

void PollSet::modify(PollEntry& entry, int descriptor, uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &entry}};
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_MOD, descriptor, &event);
}

void PollSet::remove(PollEntry& entry, int descriptor) {
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr) != 0) return;
  if (--members_ == 0) epoll_.cancel();  // A guest's context has nothing to wait for.
  for (size_t i = at_; i < count_; ++i) {
    if (ready_[i].data.ptr == &entry) ready_[i].data.ptr = nullptr;
  }
}

void PollSet::arm(Loop& loop) {
  if (members_ == 0 || std::exchange(armed_, true)) return;
  auto ready = [this](ErrorCode error) {
    armed_ = false;
    if (!error) dispatch();
  };
  epoll_.async_wait(asio::posix::descriptor_base::wait_read, loop.handler(std::move(ready)));
}

void PollSet::dispatch() {
  const int found =
      ::epoll_wait(epoll_.native_handle(), ready_.data(), static_cast<int>(ready_.size()), 0);
  count_ = found > 0 ? static_cast<size_t>(found) : 0;
  for (at_ = 0; at_ < count_; ++at_) {
    if (auto* entry = static_cast<PollEntry*>(ready_[at_].data.ptr)) {
      entry->on_ready(ready_[at_].events);
    }
  }
  at_ = count_ = 0;
}

}  // namespace crema::net
