#include "crema/load/publisher.h"

#include "crema/load/envelope.h"
#include "crema/load/socket.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>
#include <sys/socket.h>
#include <thread>

namespace crema::load {
namespace {

constexpr std::int64_t kReplySecondsMax = 10;
constexpr std::chrono::milliseconds kSubscriberPoll{10};

}  // namespace

Outcome<Publisher> Publisher::connect(const Options& options) {
  auto socket = connect_blocking(options.redis, kReplySecondsMax);
  if (!socket) return tl::unexpected("redis: " + socket.error());
  return Publisher(options, std::move(*socket));
}

Outcome<void> Publisher::wait_for_subscriber(Deadline deadline) {
  const std::string question = fmt::format("PUBSUB NUMSUB {}\r\n", options_->channel);
  // The answer is an array: the channel's name (two lines), then the number.
  constexpr int kLinesBeforeNumber = 3;
  while (std::chrono::steady_clock::now() < deadline) {
    if (auto sent = send_all(socket_, question); !sent) return sent;
    for (int line = 0; line < kLinesBeforeNumber; ++line) {
      if (auto read = read_line(); !read) return tl::unexpected(read.error());
    }
    const auto number = read_line();
    if (!number) return tl::unexpected(number.error());
    if (*number == ":1") return {};
    if (*number != ":0") return tl::unexpected("the channel has other subscribers: " + *number);
    std::this_thread::sleep_for(kSubscriberPoll);
  }
  return tl::unexpected(std::string("the server has not subscribed to the channel"));
}

Outcome<void> Publisher::publish(std::uint32_t count, std::uint64_t sent_ns) {
  std::string commands;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto envelope = make_envelope(*options_, {.sequence = ++published_, .sent_ns = sent_ns});
    fmt::format_to(std::back_inserter(commands),
                   "*3\r\n$7\r\nPUBLISH\r\n${}\r\n{}\r\n${}\r\n{}\r\n", options_->channel.size(),
                   options_->channel, envelope.size(), envelope);
  }
  return send_all(socket_, commands);
}

Outcome<void> Publisher::collect_replies(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto line = read_line();
    if (!line) return tl::unexpected(line.error());
    if (*line != ":1") return tl::unexpected("PUBLISH did not reach one subscriber: " + *line);
  }
  return {};
}

Outcome<void> Publisher::drop_replies(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto line = read_line();
    if (!line) return tl::unexpected(line.error());
    if (line->starts_with('-')) return tl::unexpected("PUBLISH: " + *line);
  }
  return {};
}

Outcome<std::string> Publisher::read_line() {
  for (;;) {
    const auto end = unread_.find("\r\n");
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 2);
      return line;
    }
    std::array<char, 4096> buffer{};
    const auto size = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0) return system_failure("reading from redis");
    if (size == 0) return tl::unexpected(std::string("redis closed the connection"));
    unread_.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace crema::load
