#include "crema/load/crowd.h"

#include "crema/load/clock.h"
#include "crema/load/socket.h"
#include "crema/load/stall_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace crema::load {
namespace {

constexpr std::size_t kReadBytesMax = std::size_t{64} * 1024;
constexpr std::chrono::milliseconds kWait{100};
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMillisecond_ns = 1'000'000;

// Why the connection could not be made; 0: it could, or is not yet.
int pending_error(const Descriptor& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

Outcome<Crowd> Crowd::create(const Options& options) {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return system_failure("epoll");
  return Crowd(options, std::move(epoll));
}

Crowd::Crowd(const Options& options, Descriptor epoll)
    : options_(&options), script_(options), epoll_(std::move(epoll)), buffer_(kReadBytesMax) {
  members_.reserve(options.connections);
}

Outcome<void> Crowd::gather() {
  StallWatch watch(options_->stall_limit);
  std::uint32_t most = 0;  // Who is lost and back again is no progress.
  while (!are_all_settled()) {
    while (size() < options_->connections && size() - settled_ < options_->connecting_at_once) {
      add_member();
    }
    if (auto served = serve_once(kWait); !served) return served;
    if (!first_end_.empty()) return tl::unexpected(first_end_);
    most = std::max(most, settled_);
    if (watch.has_stalled(most)) {
      return tl::unexpected(
          fmt::format("stalled: {} of {} connected", settled_, options_->connections));
    }
  }
  return {};
}

void Crowd::begin_journeys() {
  for (auto& member : members_) member.client.begin_journey();
}

Outcome<void> Crowd::serve_once(std::chrono::milliseconds wait_max) {
  std::array<epoll_event, 512> events{};
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                               static_cast<int>(until_timer(wait_max).count()));
  if (count < 0 && errno != EINTR) return system_failure("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const auto data = events[static_cast<std::size_t>(i)].data.u64;
    on_ready(static_cast<std::uint32_t>(data / kWires), kAllWires[data % kWires]);
  }
  run_timers();
  return {};
}

ReturningClient::Moment Crowd::moment() {
  std::uniform_real_distribution<double> chance(0, 1);
  return {.now_ns = monotonic_ns(), .chance = chance(random_)};
}

void Crowd::add_member() {
  const auto index = size();
  members_.push_back({.client = ReturningClient(script_, index), .wires = {}, .timer_ns = kNever});
  Actions actions;
  members_.back().client.start(moment(), actions);
  carry_out(index, std::move(actions));
}

void Crowd::carry_out(std::uint32_t index, Actions actions) {
  // What follows from an action is done after those that were wanted together with it.
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const Action action = std::move(actions[i]);
    auto& connection = members_[index].wires[slot_of(action.wire)];
    switch (action.kind) {
      case Action::Kind::kOpen:
        open(index, action.wire, actions);
        break;
      case Action::Kind::kClose:
        connection = {};
        break;
      case Action::Kind::kSend:
        if (!connection.socket.is_open()) break;
        connection.unsent += action.bytes;
        if (!connection.waits_to_write) transmit(index, action.wire, actions);
        break;
    }
  }
  arm(index);
  note(index);
}

void Crowd::open(std::uint32_t index, Wire wire, Actions& more) {
  auto& connection = members_[index].wires[slot_of(wire)];
  connection = {};
  auto socket =
      begin_connect(options_->server, index % options_->source_addresses, ReceiveBuffer::kUsual);
  if (!socket) return lose(index, wire, socket.error(), more);
  connection.socket = std::move(*socket);
  connection.waits_to_write = true;
  watch(index, wire, EPOLL_CTL_ADD);
}

void Crowd::watch(std::uint32_t index, Wire wire, int operation) {
  const auto& connection = members_[index].wires[slot_of(wire)];
  epoll_event event{};
  event.events = connection.waits_to_write ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.u64 = std::uint64_t{index} * kWires + slot_of(wire);
  epoll_ctl(epoll_.get(), operation, connection.socket.get(), &event);
}

void Crowd::transmit(std::uint32_t index, Wire wire, Actions& more) {
  auto& connection = members_[index].wires[slot_of(wire)];
  const auto sent = ::send(connection.socket.get(), connection.unsent.data(),
                           connection.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    return lose(index, wire, system_failure("send").value(), more);
  }
  if (sent > 0) connection.unsent.erase(0, static_cast<std::size_t>(sent));
  const bool waits = !connection.unsent.empty();
  if (std::exchange(connection.waits_to_write, waits) != waits) {
    watch(index, wire, EPOLL_CTL_MOD);
  }
}

void Crowd::lose(std::uint32_t index, Wire wire, const std::string& reason, Actions& more) {
  auto& member = members_[index];
  member.wires[slot_of(wire)] = {};
  member.client.on_closed(wire, reason, moment(), more);
}

// An event may be of a socket that was closed since and whose place another has taken: only what
// the socket itself says counts.
void Crowd::on_ready(std::uint32_t index, Wire wire) {
  auto& connection = members_[index].wires[slot_of(wire)];
  if (!connection.socket.is_open()) return;
  Actions actions;
  if (connection.waits_to_write) {
    if (const int error = pending_error(connection.socket); error != 0) {
      errno = error;
      lose(index, wire, system_failure("connect").value(), actions);
    } else {
      transmit(index, wire, actions);
    }
  }
  if (connection.socket.is_open()) read(index, wire, actions);
  carry_out(index, std::move(actions));
}

void Crowd::read(std::uint32_t index, Wire wire, Actions& more) {
  auto& member = members_[index];
  auto& connection = member.wires[slot_of(wire)];
  const auto size = recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
  if (size == 0) return lose(index, wire, "end of stream", more);
  if (size < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    return lose(index, wire, system_failure("recv").value(), more);
  }
  std::string_view bytes{buffer_.data(), static_cast<std::size_t>(size)};
  if (!connection.unread.empty()) {
    connection.unread += bytes;
    bytes = connection.unread;
  }
  member.client.on_bytes(wire, bytes, moment(), more);
  connection.unread = std::string(bytes);
}

// An entry that is too early by now is put off when it is due; so most events cost nothing here.
void Crowd::arm(std::uint32_t index) {
  auto& member = members_[index];
  const auto due_ns = member.client.deadline_ns();
  if (due_ns >= member.timer_ns || due_ns == kNever) return;
  member.timer_ns = due_ns;
  timers_.push({.due_ns = due_ns, .index = index});
}

void Crowd::note(std::uint32_t index) {
  auto& member = members_[index];
  const bool is_settled = member.client.is_settled();
  if (is_settled && !member.is_settled) ++settled_;
  if (!is_settled && member.is_settled) --settled_;
  member.is_settled = is_settled;
  if (member.client.state() != ReturningClient::State::kGone || !first_end_.empty()) return;
  first_end_ = fmt::format("connection {}: {}", index, member.client.journey().reason);
}

void Crowd::run_timers() {
  while (!timers_.empty() && timers_.top().due_ns <= monotonic_ns()) {
    const auto timer = timers_.top();
    timers_.pop();
    auto& member = members_[timer.index];
    if (timer.due_ns != member.timer_ns) continue;
    member.timer_ns = kNever;
    Actions actions;
    member.client.on_timer(moment(), actions);
    carry_out(timer.index, std::move(actions));
  }
}

std::chrono::milliseconds Crowd::until_timer(std::chrono::milliseconds wait_max) const {
  if (timers_.empty()) return wait_max;
  const auto now_ns = monotonic_ns();
  const auto due_ns = timers_.top().due_ns;
  if (due_ns <= now_ns) return std::chrono::milliseconds(0);
  // Rounded up: a wait that ends too early is a turn for nothing.
  const auto left = std::chrono::milliseconds((due_ns - now_ns) / kMillisecond_ns + 1);
  return std::min(left, wait_max);
}

}  // namespace crema::load
