// A server that does what the test says, on 127.0.0.1 and any free port.
#pragma once

#include "crema/net/asio.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <utility>
#include <vector>

namespace crema::net {

// One accepted connection, blocking; every wait ends after 10 s.
class PeerConnection {
 public:
  explicit PeerConnection(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {
    const timeval limit{10, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  // False when the other side has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent =
          ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Everything up to and with `end`; what came so far when the other side closes first.
  std::string receive_until(std::string_view end) {
    std::string bytes;
    char byte = 0;
    while (!bytes.ends_with(end) && ::recv(socket_.native_handle(), &byte, 1, 0) == 1) {
      bytes.push_back(byte);
    }
    return bytes;
  }

  // Waits for the other side to close; gives what it said before.
  std::string receive_all() { return receive_until(std::string_view("\0no such end\0", 13)); }

  // Closes with a reset in place of an orderly end.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ErrorCode ignored;
    socket_.close(ignored);
  }

 private:
  asio::ip::tcp::socket socket_;
};

// Serves one connection after the other, each with the next script; further ones are not accepted.
// A connection is closed when its script ends. Destroy what talks to it first.
class PeerForTest {
 public:
  using Script = std::function<void(PeerConnection&)>;

  explicit PeerForTest(std::vector<Script> scripts)
      : scripts_(std::move(scripts)), thread_([this] { serve(); }) {}
  ~PeerForTest() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // Ends a blocking accept.
    thread_.join();
  }

  [[nodiscard]] uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve() {
    for (const Script& script : scripts_) {
      ErrorCode error;
      asio::ip::tcp::socket socket(context_);
      acceptor_.accept(socket, error);
      if (error) return;
      PeerConnection connection(std::move(socket));
      script(connection);
    }
  }

  const std::vector<Script> scripts_;
  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

}  // namespace crema::net
