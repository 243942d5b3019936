// Acknowledgements that clients owe the server, one by one and for a broadcast.
#include "crema/socketio/broadcast_acks.h"
#include "crema/socketio/hub_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace crema::socketio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Status = Acknowledgement::Status;

class AcksTest : public testing::Test {
 protected:
  AcksTest() {
    host_.shard_count = 4;
    hub_.set_application(application_);
  }
  ~AcksTest() override {
    clients_.clear();
    hub_.end_turn();
    EXPECT_EQ(time_.wheel().size(), 0U);
  }

  Socket& join() {
    clients_.push_back(std::make_unique<FakeClient>(hub_, time_, engine_config_));
    clients_.back()->send("0");
    (void)clients_.back()->received();
    return *application_.sockets.back();
  }
  // Notes how it ended.
  AckHandler note(std::string name = "") {
    return [this, name](const Acknowledgement& ack) {
      std::string line = name;
      if (ack.status == Status::kTimeout) line += "timeout";
      if (ack.status == Status::kDisconnected) line += "disconnected";
      for (const json::Slice arg : ack.args) line.append(arg).append(" ");
      for (const std::string& bytes : ack.attachments) line.append("<" + bytes + ">");
      ended_.push_back(line);
    };
  }
  bool emit(Socket& socket, std::string name = "") {
    return socket.emit_with_ack("e", "1", nullptr, 5s, note(name));
  }

  Config config_;
  engineio::Config engine_config_;
  engineio::RecordingHost time_;
  RecordingHubHost host_{time_};
  Hub hub_{config_, host_};
  FakeApplication application_{hub_};
  std::vector<std::unique_ptr<FakeClient>> clients_;
  std::vector<std::string> ended_;
};

TEST_F(AcksTest, AreAnsweredOnce) {
  Socket& socket = join();
  EXPECT_TRUE(emit(socket));
  EXPECT_THAT(clients_[0]->received(), ElementsAre(R"(23["e",1])")) << "shard 3 of 4 begins there";
  clients_[0]->send(R"(33["x",2])");
  clients_[0]->send(R"(33["again"])");
  EXPECT_THAT(ended_, ElementsAre(R"("x" 2 )"));
}

TEST_F(AcksTest, CountFromZeroOverAllSocketsOfANamespace) {
  host_.shard_count = 1;
  // With one shard there is no other id to keep clear of; this hub is shard 3, hence from 3 on.
  Socket& first = join();
  Socket& second = join();
  emit(first);
  emit(second);
  emit(first);
  EXPECT_THAT(clients_[0]->received(), ElementsAre(R"(23["e",1])", R"(25["e",1])"));
  EXPECT_THAT(clients_[1]->received(), ElementsAre(R"(24["e",1])"));
}

TEST_F(AcksTest, BringAttachments) {
  emit(join());
  clients_[0]->send(R"(61-3[{"_placeholder":true,"num":0}])");
  clients_[0]->session.on_binary("x");
  EXPECT_THAT(ended_, ElementsAre(R"({"_placeholder":true,"num":0} <x>)"));
}

TEST_F(AcksTest, AreIgnoredFromAnotherSocket) {
  emit(join());
  join();
  clients_[1]->send("33[1]");
  clients_[0]->send("34[1]");
  clients_[0]->send("3[1]");
  clients_[0]->send("33");
  EXPECT_THAT(ended_, IsEmpty());
  EXPECT_TRUE(clients_[0]->open() && clients_[1]->open());
}

TEST_F(AcksTest, TimeOut) {
  emit(join());
  time_.pass(4900ms);
  EXPECT_THAT(ended_, IsEmpty());
  time_.pass(200ms);
  EXPECT_THAT(ended_, ElementsAre("timeout"));
  clients_[0]->send("33[1]");
  EXPECT_EQ(ended_.size(), 1U) << "late";
}

TEST_F(AcksTest, EndWithTheirSocket) {
  Socket& socket = join();
  emit(socket);
  emit(socket);
  clients_[0]->send("1");
  EXPECT_THAT(ended_, ElementsAre("disconnected", "disconnected"));
  EXPECT_FALSE(emit(socket));
  EXPECT_EQ(ended_.size(), 2U);
}

TEST_F(AcksTest, AreBoundedForEverySocket) {
  config_.pending_acks_max = 2;
  Socket& socket = join();
  EXPECT_TRUE(emit(socket));
  EXPECT_TRUE(emit(socket));
  EXPECT_FALSE(emit(socket));
  EXPECT_EQ(clients_[0]->received().size(), 2U) << "what cannot be waited for is not sent";
}

TEST_F(AcksTest, MayDisconnectTheirSocket) {
  Socket& socket = join();
  socket.emit_with_ack("e", "", nullptr, 1s, [&](const Acknowledgement&) { socket.disconnect(); });
  emit(socket);
  time_.pass(2s);
  EXPECT_THAT(ended_, ElementsAre("disconnected"));
}

// --- of a broadcast ---

class BroadcastAcksTest : public AcksTest {
 protected:
  void broadcast(Delivery delivery = Delivery::kQueued) {
    acks_ = std::make_unique<BroadcastAcks>(1, [this](const BroadcastResult& result) {
      std::string line = result.complete ? "complete" : "incomplete";
      for (const std::string& response : result.responses) line += " " + response;
      ended_.push_back(line);
    });
    BroadcastAck ack{hub_.next_ack_id("/"), 5s, [this](size_t n) { acks_->reached(n); },
                     [this](const Acknowledgement& a) {
                       if (a.status != Status::kAnswered) return acks_->lost();
                       acks_->answered(std::string(a.args.empty() ? "null" : a.args[0]), {});
                     }};
    auto b = make_broadcast({.nsp = "/"}, "e", "", nullptr,
                            std::make_shared<const BroadcastAck>(std::move(ack)));
    b.delivery = delivery;
    hub_.deliver(b);
  }
  std::unique_ptr<BroadcastAcks> acks_;
};

TEST_F(BroadcastAcksTest, GatherTheFirstArgumentOfEveryReceiver) {
  join();
  join();
  broadcast();
  EXPECT_THAT(clients_[0]->received(), ElementsAre(R"(23["e"])"));
  EXPECT_THAT(clients_[1]->received(), ElementsAre(R"(23["e"])"));
  clients_[1]->send("33[2,3]");
  EXPECT_THAT(ended_, IsEmpty());
  clients_[0]->send("33[]");
  EXPECT_THAT(ended_, ElementsAre("complete 2 null"));
}

TEST_F(BroadcastAcksTest, AreCompleteAtOnceWithoutReceivers) {
  broadcast();
  EXPECT_THAT(ended_, ElementsAre("complete"));
}

TEST_F(BroadcastAcksTest, AreIncompleteAfterATimeout) {
  join();
  join();
  broadcast();
  clients_[0]->send("33[1]");
  time_.pass(6s);
  EXPECT_THAT(ended_, ElementsAre("incomplete 1"));
}

TEST_F(BroadcastAcksTest, AreIncompleteWhenAReceiverLeaves) {
  join();
  broadcast();
  clients_[0]->send("1");
  EXPECT_THAT(ended_, ElementsAre("incomplete"));
}

TEST_F(BroadcastAcksTest, AreIncompleteWhenTheyCouldNotBeAskedFor) {
  config_.pending_acks_max = 0;
  join();
  broadcast();
  EXPECT_THAT(ended_, ElementsAre("incomplete"));
}

TEST_F(BroadcastAcksTest, KeepNoMoreBytesThanTheirBound) {
  BroadcastAcks acks(1, [this](const BroadcastResult& result) {
    ended_.push_back(std::to_string(result.responses.size()) + (result.complete ? "" : " cut"));
  });
  acks.reached(3);
  for (int i = 0; i < 3; ++i) acks.answered(std::string(kBroadcastResponseBytesMax / 2, 'x'), {});
  EXPECT_THAT(ended_, ElementsAre("2 cut"));
}

}  // namespace
}  // namespace crema::socketio
