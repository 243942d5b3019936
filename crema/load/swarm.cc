#include "crema/load/swarm.h"

#include "crema/load/socket.h"
#include "crema/load/stall_watch.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace crema::load {
namespace {

constexpr std::size_t kReadBytesMax = 256 * 1024;
constexpr std::chrono::milliseconds kWait{100};

}  // namespace

Outcome<Swarm> Swarm::create(const Options& options) {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return system_failure("epoll");
  return Swarm(options, std::move(epoll));
}

Swarm::Swarm(const Options& options, Descriptor epoll)
    : options_(&options), script_(options), epoll_(std::move(epoll)), buffer_(kReadBytesMax) {}

Outcome<void> Swarm::connect_all() {
  connections_.reserve(options_->connections);
  StallWatch watch(options_->stall_limit);
  while (tally_.ready < options_->connections) {
    while (connections_.size() < options_->connections &&
           connections_.size() - tally_.ready < options_->connecting_at_once) {
      const auto index = static_cast<std::uint32_t>(connections_.size());
      if (auto started = start_connection(index); !started) return started;
    }
    if (auto served = serve_once(kWait); !served) return served;
    if (watch.has_stalled(tally_.ready)) {
      return tl::unexpected(
          fmt::format("stalled: {} of {} connected", tally_.ready, options_->connections));
    }
  }
  return {};
}

Outcome<void> Swarm::serve_until_delivered(std::uint64_t total) {
  StallWatch watch(options_->stall_limit);
  while (tally_.delivered < total) {
    if (auto served = serve_once(kWait); !served) return served;
    if (watch.has_stalled(tally_.delivered)) {
      return tl::unexpected(fmt::format("stalled: {} of {} delivered", tally_.delivered, total));
    }
  }
  return {};
}

void Swarm::begin_echoes(std::uint32_t depth, std::uint64_t count) {
  tally_.echoes_to_send = count;
  for (auto& connection : connections_) {
    answers_.clear();
    for (std::uint32_t i = 0; i < depth; ++i) {
      connection.client.send_echo(monotonic_ns(), tally_, answers_);
    }
    transmit(connection, answers_);
  }
}

void Swarm::abandon_stuck() {
  for (std::uint32_t i = 0; i < options_->stuck; ++i) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, connections_[i].socket.get(), nullptr);
  }
}

Outcome<void> Swarm::serve_for(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return {};
    if (auto served = serve_once(left); !served) return served;
  }
}

// epoll waits whole milliseconds: the last one is spent asking again and again.
Outcome<void> Swarm::serve_until(std::uint64_t end_ns) {
  constexpr std::uint64_t kMillisecond_ns = 1'000'000;
  for (;;) {
    const auto now_ns = monotonic_ns();
    if (now_ns >= end_ns) return {};
    const auto left = std::chrono::milliseconds((end_ns - now_ns) / kMillisecond_ns);
    if (auto served = serve_once(left); !served) return served;
  }
}

Outcome<void> Swarm::start_connection(std::uint32_t index) {
  const auto buffer = index < options_->stuck ? ReceiveBuffer::kSmall : ReceiveBuffer::kUsual;
  auto socket = begin_connect(options_->server, index % options_->source_addresses, buffer);
  if (!socket) return tl::unexpected(socket.error());
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.u32 = index;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket->get(), &event) != 0) {
    return system_failure("epoll_ctl");
  }
  connections_.push_back({std::move(*socket), Client(script_, index), {}});
  return {};
}

Outcome<void> Swarm::serve_once(std::chrono::milliseconds wait_max) {
  std::array<epoll_event, 512> events{};
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                               static_cast<int>(wait_max.count()));
  if (count < 0 && errno != EINTR) return system_failure("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    auto& connection = connections_[event.data.u32];
    if ((event.events & EPOLLOUT) != 0) {
      on_writable(connection, event.data.u32);
    } else {
      on_readable(connection);
    }
  }
  if (!tally_.first_failure.empty()) return tl::unexpected(tally_.first_failure);
  return {};
}

// The connection is made or refused; the first write tells which.
void Swarm::on_writable(Connection& connection, std::uint32_t index) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = index;
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.socket.get(), &event);
  transmit(connection, connection.client.request());
}

void Swarm::on_readable(Connection& connection) {
  const auto size = recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
  if (size > 0) {
    on_bytes(connection, {buffer_.data(), static_cast<std::size_t>(size)});
  } else if (size == 0 && connection.client.may_be_hung_up_on()) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, connection.socket.get(), nullptr);
  } else if (size == 0) {
    connection.client.fail("end of stream", tally_);
  } else if (errno != EAGAIN && errno != EINTR) {
    connection.client.fail(system_failure("recv").value(), tally_);
  }
}

void Swarm::on_bytes(Connection& connection, std::string_view bytes) {
  if (!connection.partial.empty()) {
    connection.partial += bytes;
    bytes = connection.partial;
  }
  answers_.clear();
  connection.client.on_bytes(bytes, monotonic_ns(), tally_, answers_);
  connection.partial = std::string(bytes);
  transmit(connection, answers_);
}

// All a client ever sends fits a socket's empty buffer many times: what does not fit is a failure.
void Swarm::transmit(Connection& connection, std::string_view bytes) {
  if (bytes.empty() || connection.client.state() == Client::State::kFailed) return;
  const auto sent = ::send(connection.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    connection.client.fail(system_failure("send").value(), tally_);
  } else if (static_cast<std::size_t>(sent) != bytes.size()) {
    connection.client.fail("the server does not read", tally_);
  }
}

}  // namespace crema::load
