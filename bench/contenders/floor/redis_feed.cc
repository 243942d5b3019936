#include "bench/contenders/floor/redis_feed.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace crema::floor {
namespace {

constexpr std::size_t kReadBytesMax = 256 * 1024;

// The text after `opening` and before the next `closing`.
std::string_view between(std::string_view text, std::string_view opening,
                         std::string_view closing) {
  const auto start = text.find(opening) + opening.size();
  return text.substr(start, text.find(closing, start) - start);
}

Publication find_parts(std::string_view envelope) {
  return {.name_space = between(envelope, "\n \"namespace\": \"", "\""),
          .room = between(envelope, "\n \"room\": \"", "\""),
          .event = between(envelope, "\n \"event\": \"", "\""),
          .message = between(envelope, "\n \"message\": ", ",\n \"namespace\"")};
}

}  // namespace

std::optional<RedisFeed> RedisFeed::subscribe(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::nullopt;
  }
  constexpr std::string_view kCommand = "SUBSCRIBE events\r\n";
  constexpr std::string_view kAnswer = "*3\r\n$9\r\nsubscribe\r\n$6\r\nevents\r\n:1\r\n";
  std::array<char, kAnswer.size()> answer{};
  if (send(descriptor, kCommand.data(), kCommand.size(), MSG_NOSIGNAL) < 0 ||
      recv(descriptor, answer.data(), answer.size(), MSG_WAITALL) !=
          static_cast<ssize_t>(answer.size())) {
    return std::nullopt;
  }
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return RedisFeed(descriptor);
}

bool RedisFeed::read() {
  buffer_.erase(0, consumed_);
  consumed_ = 0;
  for (;;) {
    const auto filled = buffer_.size();
    buffer_.resize(filled + kReadBytesMax);
    const auto size = recv(descriptor_, buffer_.data() + filled, kReadBytesMax, 0);
    buffer_.resize(filled + (size > 0 ? static_cast<std::size_t>(size) : 0));
    if (size == 0) return false;
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (static_cast<std::size_t>(size) < kReadBytesMax) return true;
  }
}

std::optional<Publication> RedisFeed::next() {
  constexpr std::string_view kPush = "*3\r\n$7\r\nmessage\r\n$6\r\nevents\r\n$";
  const auto bytes = std::string_view(buffer_).substr(consumed_);
  if (bytes.size() <= kPush.size()) return std::nullopt;
  const auto line_end = bytes.find("\r\n", kPush.size());
  if (line_end == std::string_view::npos) return std::nullopt;
  std::size_t length = 0;
  std::from_chars(bytes.data() + kPush.size(), bytes.data() + line_end, length);
  if (bytes.size() < line_end + 2 + length + 2) return std::nullopt;
  consumed_ += line_end + 2 + length + 2;
  return find_parts(bytes.substr(line_end + 2, length));
}

}  // namespace crema::floor
