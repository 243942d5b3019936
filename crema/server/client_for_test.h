// A client that speaks as the test says, byte by byte, over a blocking TCP connection.
#pragma once

#include "crema/websocket/client_frame.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace crema::server {

// Every wait ends after 10 s; what did not come by then reads as the end of the stream.
class ClientForTest {
 public:
  enum class ReceiveBuffer : uint8_t { kUsual, kSmall };

  explicit ClientForTest(uint16_t port, ReceiveBuffer buffer = ReceiveBuffer::kUsual)
      : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int small = 4096;
    if (buffer == ReceiveBuffer::kSmall) {
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
  }
  ClientForTest(ClientForTest&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), unread_(std::move(other.unread_)) {}
  ~ClientForTest() { close(); }

  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

  // Goes without a goodbye.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }
  // Sends no more, and still reads.
  void half_close() { ::shutdown(descriptor_, SHUT_WR); }
  // False when the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  bool send_text(std::string_view text) {
    return send(websocket::client_frame(websocket::Opcode::kText, text, 0x12345678));
  }

  struct Answer {
    unsigned status = 0;  // 0: the stream ended before an answer.
    std::string head;
    std::string body;
  };
  // Of a HEAD request.
  Answer head_answer() {
    Answer answer;
    const size_t end = wait_for("\r\n\r\n");
    if (end == std::string::npos) return answer;
    answer.head = take(end + 4);
    answer.status = static_cast<unsigned>(std::atoi(answer.head.c_str() + 9));
    return answer;
  }
  Answer answer() {
    Answer answer = head_answer();
    const size_t length = answer.head.find("Content-Length: ");
    if (length != std::string::npos &&
        wait_for_bytes(std::stoul(answer.head.substr(length + 16)))) {
      answer.body = take(std::stoul(answer.head.substr(length + 16)));
    }
    return answer;
  }

  // The next frame: text and binary as they are, others as `pong:…`, `close:code`; `end` when the
  // stream is over.
  std::string frame() {
    if (!wait_for_bytes(2)) return "end";
    const auto opcode = static_cast<websocket::Opcode>(unread_[0] & 0x0f);
    size_t length = static_cast<unsigned char>(unread_[1]);
    const size_t more = length < 126 ? 0 : length == 126 ? 2 : 8;
    if (!wait_for_bytes(2 + more)) return "end";
    if (more != 0) length = 0;
    for (size_t i = 0; i < more; ++i)
      length = length << 8 | static_cast<unsigned char>(unread_[2 + i]);
    if (!wait_for_bytes(2 + more + length)) return "end";
    const std::string payload = take(2 + more + length).substr(2 + more);
    if (opcode == websocket::Opcode::kPong) return "pong:" + payload;
    if (opcode != websocket::Opcode::kClose) return payload;
    if (payload.empty()) return "close:";
    return "close:" + std::to_string(static_cast<unsigned char>(payload[0]) << 8 |
                                     static_cast<unsigned char>(payload[1]));
  }

  // Whether the server has closed by now, whatever it has said; the kernel may take a moment.
  bool has_ended_by_now() const {
    pollfd watched{.fd = descriptor_, .events = POLLRDHUP, .revents = 0};
    return ::poll(&watched, 1, 1000) == 1;
  }
  // Whether the server closes without saying anything else.
  bool at_end() { return !wait_for_bytes(1) && !timed_out_; }

 private:
  bool more() {
    char buffer[4096];
    const ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (got > 0) unread_.append(buffer, static_cast<size_t>(got));
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return got > 0;
  }
  size_t wait_for(std::string_view end) {
    size_t found = unread_.find(end);
    while (found == std::string::npos && more()) found = unread_.find(end);
    return found;
  }
  bool wait_for_bytes(size_t count) {
    while (unread_.size() < count) {
      if (!more()) return false;
    }
    return true;
  }
  std::string take(size_t count) {
    std::string taken = unread_.substr(0, count);
    unread_.erase(0, count);
    return taken;
  }

  int descriptor_;
  std::string unread_;
  bool timed_out_ = false;  // The last wait brought nothing, not even an end.
};

}  // namespace crema::server
