// A server for tests: accepts one connection on a Unix socket and gives one prepared answer.
#pragma once

#include "crema/net/asio.h"

#include <array>
#include <string>
#include <thread>
#include <utility>

namespace crema::app {

class CannedServer {
 public:
  // Answers when what it received ends with `end`, and closes. Throws when it cannot listen.
  CannedServer(const std::string& path, std::string end, std::string answer)
      : end_(std::move(end)),
        answer_(std::move(answer)),
        acceptor_(context_, Protocol::endpoint(path)),
        path_(path),
        thread_([this] { serve(); }) {}
  ~CannedServer() { wait(); }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  // All that came; waits for the end of the connection.
  [[nodiscard]] const std::string& received() {
    wait();
    return received_;
  }

 private:
  using Protocol = net::asio::local::stream_protocol;

  void serve() {
    net::ErrorCode error;
    Protocol::socket connection(context_);
    acceptor_.accept(connection, error);
    std::array<char, 4096> bytes{};
    while (!error && !received_.ends_with(end_)) {
      const size_t size = connection.read_some(net::asio::buffer(bytes), error);
      received_.append(bytes.data(), size);
    }
    if (!error) net::asio::write(connection, net::asio::buffer(answer_), error);
  }

  void wait() {
    if (!thread_.joinable()) return;
    // Ends `accept` when nobody ever connected.
    net::ErrorCode ignored;
    Protocol::socket visitor(context_);
    visitor.connect(Protocol::endpoint(path_), ignored);
    visitor.close(ignored);
    thread_.join();
  }

  // Fixed at construction.
  const std::string end_;
  const std::string answer_;

  net::asio::io_context context_;
  Protocol::acceptor acceptor_;
  const std::string path_;
  // Of the thread until it has ended.
  std::string received_;
  std::thread thread_;
};

}  // namespace crema::app
