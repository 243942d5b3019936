// A server on an io_context of the program's.
#include "crema/library/library_for_test.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace crema {
namespace {

class EmbeddingTest : public testing::Test {
 protected:
  void run() {
    ASSERT_EQ(io_->listen(0, "127.0.0.1"), std::nullopt);
    thread_ = std::thread([this] { context_.run(); });
  }
  void close() {
    io_->close();
    thread_.join();
  }
  server::ClientForTest connect() {
    server::ClientForTest client = open_websocket(io_->port());
    client.send_text("40");
    EXPECT_THAT(client.frame(), testing::StartsWith("40{"));
    return client;
  }

  boost::asio::io_context context_;
  std::unique_ptr<Server> io_ = std::make_unique<Server>(context_);
  std::thread thread_;
};

TEST_F(EmbeddingTest, HandlersRunOnTheCallersThread) {
  std::thread::id handler;
  io_->on("who", [&handler] {
    handler = std::this_thread::get_id();
    return true;
  });
  run();
  const auto thread = thread_.get_id();
  auto client = connect();
  client.send_text(R"(421["who"])");
  EXPECT_EQ(client.frame(), "431[true]");
  close();
  EXPECT_EQ(handler, thread);
}

TEST_F(EmbeddingTest, OtherThreadsAndTheContextsOwnHandlersReachClients) {
  std::promise<Socket> connected;
  io_->on("connection", [&connected](Socket socket) {
    socket.join("r");
    connected.set_value(socket);
  });
  run();
  auto client = connect();
  const Socket socket = connected.get_future().get();
  io_->to("r").emit("from outside");
  EXPECT_EQ(client.frame(), R"(42["from outside"])");
  boost::asio::post(context_, [this] { io_->emit("from a handler of the context"); });
  EXPECT_EQ(client.frame(), R"(42["from a handler of the context"])");
  EXPECT_TRUE(socket.emit("to one"));
  EXPECT_EQ(client.frame(), R"(42["to one"])");
  close();
  EXPECT_FALSE(socket.emit("x"));
}

TEST_F(EmbeddingTest, ClosingEndsEveryConnectionAndLetsTheContextEnd) {
  std::promise<std::string> reason;
  io_->on("disconnect", [&reason](std::string why) { reason.set_value(why); });
  run();
  auto client = connect();
  close();
  EXPECT_EQ(reason.get_future().get(), "server shutting down");
  EXPECT_EQ(client.frame(), "close:");
}

TEST_F(EmbeddingTest, HeartbeatsAndLimitsGoOnAloneOnTheContext) {
  Options options;
  options.ping_interval = std::chrono::milliseconds(50);
  options.ping_timeout = std::chrono::milliseconds(50);
  io_ = std::make_unique<Server>(context_, options);
  std::promise<std::string> reason;
  io_->on("disconnect", [&reason](std::string why) { reason.set_value(why); });
  run();
  auto client = connect();
  EXPECT_EQ(client.frame(), "2");
  EXPECT_EQ(reason.get_future().get(), "ping timeout");
  close();
}

TEST_F(EmbeddingTest, ItMayGoBeforeItsContextRunsOn) {
  run();
  auto client = connect();
  std::promise<void> gone;
  boost::asio::post(context_, [&] {
    io_.reset();
    gone.set_value();
  });
  gone.get_future().get();
  EXPECT_EQ(client.frame(), "close:");
  thread_.join();
  context_.restart();
  context_.run();
}

TEST_F(EmbeddingTest, WhatNeedsThreadsOfItsOwnIsMisuse) {
  EXPECT_THROW(io_->threads(2), std::logic_error);
  EXPECT_THROW(io_->run(), std::logic_error);
  EXPECT_THROW(io_->start(), std::logic_error);
  Options options;
  options.threads = 2;
  EXPECT_THROW(Server(context_, options), std::logic_error);
}

}  // namespace
}  // namespace crema
