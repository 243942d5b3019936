#include "crema/redis/subscriber.h"

#include "crema/base/log.h"
#include "crema/net/loop_for_test.h"
#include "crema/net/peer_for_test.h"
#include "crema/redis/counters.h"
#include "crema/redis/publisher.h"
#include "crema/redis/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace crema::redis {
namespace {

using net::LoopForTest;
using net::PeerConnection;
using net::PeerForTest;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

// Every line of the whole run: a repeated warning is written once per 3 s, whichever test had it.
class LogCapture : public testing::Environment {
 public:
  void SetUp() override {
    log::set_sink([this](log::Level, std::string_view line) {
      const std::lock_guard lock(mutex_);
      text_.append(line).append("\n");
    });
  }
  void TearDown() override { log::set_sink(nullptr); }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

auto* const log_capture =
    static_cast<LogCapture*>(testing::AddGlobalTestEnvironment(new LogCapture));

constexpr std::string_view kConfirmed = "*3\r\n$9\r\nsubscribe\r\n$6\r\nevents\r\n:1\r\n";

std::string message(std::string_view payload) {
  return "*3\r\n$7\r\nmessage\r\n$6\r\nevents\r\n$" + std::to_string(payload.size()) + "\r\n" +
         std::string(payload) + "\r\n";
}

// What a test waits for: messages and states, from the loop's thread.
class Events {
 public:
  void add(std::string event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }
  // The events so far, once there are `n`; fewer after 10 s.
  std::vector<std::string> wait_for(size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return events_.size() >= n; });
    return events_;
  }
  // Whether `event` has come; waits 10 s for it.
  bool wait_for(const std::string& event) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s,
                             [&] { return std::ranges::find(events_, event) != events_.end(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

Timing short_timing() {
  Timing timing;
  timing.backoff_min = 5ms;
  timing.backoff_max = 20ms;
  return timing;
}

// A subscriber on a running loop, and everything it told.
class Subscribed {
 public:
  explicit Subscribed(Address address, Timing timing = short_timing(),
                      std::vector<std::string> channels = {"events"}) {
    Subscriber::Options options;
    options.address = std::move(address);
    options.channels = std::move(channels);
    options.sink = [this](std::string_view channel, std::string_view payload) {
      events.add(std::string(channel) + " " + std::string(payload));
    };
    options.on_state = [this](SubscriberState state) {
      events.add(state == SubscriberState::kSubscribed ? "up" : "down");
    };
    options.timing = timing;
    subscriber = std::make_unique<Subscriber>(test.loop(), std::move(options));
    subscriber->start();
  }
  ~Subscribed() { test.stop(); }

  Events events;
  LoopForTest test;
  std::unique_ptr<Subscriber> subscriber;
};

Address address_of(const PeerForTest& peer) {
  Address address;
  address.endpoint = {.host = "127.0.0.1", .port = peer.port(), .unix_path = ""};
  return address;
}

// A server that does what it should: one message, then silence until the other side closes.
void serve_well(PeerConnection& c) {
  c.receive_until("events\r\n");
  c.send(std::string(kConfirmed) + message("good"));
  c.receive_all();
}

// `bad` comes first, then a good server: the subscriber must end up with the latter.
std::vector<std::string> events_after(PeerForTest::Script bad, Timing timing = short_timing()) {
  PeerForTest peer({std::move(bad), serve_well});
  Subscribed subscribed(address_of(peer), timing);
  EXPECT_TRUE(subscribed.events.wait_for("events good"));
  return subscribed.events.wait_for(0);
}

TEST(Subscriber, DeliversMessagesOfARealServerInOrder) {
  const ServerForTest server;
  Subscribed subscribed(server.address());
  EXPECT_THAT(subscribed.events.wait_for(1), ElementsAre("up"));
  EXPECT_TRUE(subscribed.subscriber->subscribed());
  Publisher publisher(subscribed.test.loop(), server.address());
  for (const char* payload : {"1", "", "3"}) {
    EXPECT_EQ(subscribed.test.await(publisher.publish("events", payload)), 1);
  }
  EXPECT_THAT(subscribed.events.wait_for(4), ElementsAre("up", "events 1", "events ", "events 3"));
  subscribed.test.stop();
}

TEST(Subscriber, TellsWhenAllThatCameWasGiven) {
  Events events;
  PeerForTest peer({[](PeerConnection& c) {
    c.receive_until("events\r\n");
    c.send(std::string(kConfirmed) + message("1") + message("2"));
    c.receive_until("PING");
    c.send(message("3") + "garbage\r\n");
    c.receive_all();
  }});
  LoopForTest test;
  Subscriber::Options options;
  options.address = address_of(peer);
  options.channels = {"events"};
  options.timing = short_timing();
  options.timing.idle = 100ms;
  options.sink = [&](std::string_view, std::string_view payload) {
    events.add(std::string(payload));
  };
  options.on_pause = [&] { events.add("pause"); };
  Subscriber subscriber(test.loop(), std::move(options));
  subscriber.start();
  EXPECT_TRUE(events.wait_for("3"));
  test.on_loop([] {});
  const std::vector<std::string> all = events.wait_for(0);
  const auto second = std::ranges::find(all, "2");
  ASSERT_NE(second, all.end());
  EXPECT_EQ(*std::next(second), "pause");
  EXPECT_EQ(all.back(), "pause") << "garbage takes nothing with it that came before";
  test.stop();
}

TEST(Subscriber, ListensToSeveralChannels) {
  const ServerForTest server;
  Subscribed subscribed(server.address(), short_timing(), {"a", "b"});
  subscribed.events.wait_for(1);
  Publisher publisher(subscribed.test.loop(), server.address());
  EXPECT_EQ(subscribed.test.await(publisher.publish("b", "1")), 1);
  EXPECT_EQ(subscribed.test.await(publisher.publish("a", "2")), 1);
  EXPECT_THAT(subscribed.events.wait_for(3), ElementsAre("up", "b 1", "a 2"));
  subscribed.test.stop();
}

TEST(Subscriber, ComesBackWhenTheServerDoes) {
  const auto connected = kConnected.value();
  const auto reconnects = kReconnects.value();
  ServerForTest server;
  Subscribed subscribed(server.address());
  subscribed.events.wait_for(1);
  EXPECT_EQ(kConnected.value(), connected + 1);
  server.kill();
  EXPECT_THAT(subscribed.events.wait_for(2), ElementsAre("up", "down"));
  EXPECT_FALSE(subscribed.subscriber->subscribed());
  EXPECT_EQ(kConnected.value(), connected);
  server.start();
  EXPECT_THAT(subscribed.events.wait_for(3), ElementsAre("up", "down", "up"));
  EXPECT_EQ(kReconnects.value(), reconnects + 1);
  Publisher publisher(subscribed.test.loop(), server.address());
  EXPECT_EQ(subscribed.test.await(publisher.publish("events", "again")), 1);
  EXPECT_TRUE(subscribed.events.wait_for("events again"));
  subscribed.test.stop();
}

TEST(Subscriber, WaitsForAServerThatIsNotThereYet) {
  ServerForTest server;
  server.kill();
  Subscribed subscribed(server.address());
  server.start();
  EXPECT_THAT(subscribed.events.wait_for(1), ElementsAre("up"));
}

TEST(Subscriber, NoticesAFrozenServerAndComesBackWhenItThaws) {
  ServerForTest server;
  Timing timing = short_timing();
  timing.idle = 100ms;
  timing.pong = 200ms;
  Subscribed subscribed(server.address(), timing);
  subscribed.events.wait_for(1);
  server.freeze();
  EXPECT_THAT(subscribed.events.wait_for(2), ElementsAre("up", "down"));
  server.thaw();
  EXPECT_TRUE(subscribed.events.wait_for(3).size() >= 3);
}

TEST(Subscriber, StaysConnectedWhileItsPingsAreAnswered) {
  PeerForTest peer({[](PeerConnection& c) {
    c.receive_until("events\r\n");
    c.send(kConfirmed);
    for (int i = 0; i < 3; ++i) {
      c.receive_until("*1\r\n$4\r\nPING\r\n");
      c.send("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
    }
    c.send(message("after three pings"));
    c.receive_all();
  }});
  Timing timing = short_timing();
  timing.idle = 40ms;
  timing.pong = 5s;
  Subscribed subscribed(address_of(peer), timing);
  EXPECT_THAT(subscribed.events.wait_for(2), ElementsAre("up", "events after three pings"));
}

TEST(Subscriber, ReconnectsAfterGarbageAndCountsIt) {
  const auto errors = kProtocolErrors.value();
  EXPECT_THAT(events_after([](PeerConnection& c) {
                c.receive_until("events\r\n");
                c.send(std::string(kConfirmed) + message("before") + "HTTP/1.1 400\r\n");
                c.receive_all();
              }),
              ElementsAre("up", "events before", "down", "up", "events good"));
  EXPECT_EQ(kProtocolErrors.value(), errors + 1);
}

TEST(Subscriber, ReconnectsAfterAnAnnouncementBeyondTheBounds) {
  for (const char* huge : {"$99999999999\r\n", "*2147483647\r\n",
                           "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"}) {
    EXPECT_THAT(events_after([huge](PeerConnection& c) {
                  c.receive_until("events\r\n");
                  c.send(std::string(kConfirmed) + huge);
                  c.receive_all();
                }),
                ElementsAre("up", "down", "up", "events good"));
  }
}

TEST(Subscriber, ReconnectsAfterRepliesThatMakeNoSense) {
  for (const char* odd :
       {":1\r\n", "*0\r\n", "$-1\r\n", "*2\r\n$7\r\nmessage\r\n$1\r\nx\r\n", "*1\r\n*0\r\n"}) {
    EXPECT_THAT(events_after([odd](PeerConnection& c) {
                  c.receive_until("events\r\n");
                  c.send(std::string(kConfirmed) + odd);
                  c.receive_all();
                }),
                ElementsAre("up", "down", "up", "events good"))
        << odd;
  }
}

TEST(Subscriber, ReconnectsAfterAResetInTheMiddleOfAMessage) {
  EXPECT_THAT(events_after([](PeerConnection& c) {
                c.receive_until("events\r\n");
                c.send(kConfirmed);
                c.send("*3\r\n$7\r\nmessage\r\n$6\r\nevents\r\n$100\r\nhalf");
                c.reset();
              }),
              testing::AnyOf(ElementsAre("up", "down", "up", "events good"),
                             ElementsAre("up", "events good")));  // The reset came before the rest.
}

TEST(Subscriber, ReconnectsWhenTheSubscriptionIsNotConfirmed) {
  Timing timing = short_timing();
  timing.connect = 100ms;
  EXPECT_THAT(events_after([](PeerConnection& c) { c.receive_all(); }, timing),
              ElementsAre("up", "events good"));
}

TEST(Subscriber, ReconnectsWhenRefused) {
  EXPECT_THAT(events_after([](PeerConnection& c) {
                c.receive_until("events\r\n");
                c.send("-NOAUTH Authentication required.\r\n");
                c.receive_all();
              }),
              ElementsAre("up", "events good"));
}

TEST(Subscriber, TakesOneShareOfAFloodPerTurn) {
  constexpr size_t kMessages = 20 * kTurnMessagesMax;
  std::string flood(kConfirmed);
  for (size_t i = 0; i < kMessages; ++i) flood += message("x");
  PeerForTest peer({[&](PeerConnection& c) {
    c.receive_until("events\r\n");
    c.send(flood);
    c.receive_all();
  }});
  net::Loop loop;
  size_t messages = 0, in_this_turn = 0, most = 0;
  Subscriber::Options options;
  options.address = address_of(peer);
  options.channels = {"events"};
  options.sink = [&](std::string_view, std::string_view) {
    ++messages;
    ++in_this_turn;
  };
  Subscriber subscriber(loop, std::move(options));
  loop.at_turn_end([&] {
    most = std::max(most, std::exchange(in_this_turn, 0));
    if (messages == kMessages) loop.stop();
  });
  subscriber.start();
  loop.run();
  EXPECT_EQ(most, kTurnMessagesMax);
}

TEST(Subscriber, TakesLargeMessagesOneAfterTheOther) {
  const ServerForTest server;
  Subscribed subscribed(server.address());
  subscribed.events.wait_for(1);
  Publisher publisher(subscribed.test.loop(), server.address());
  const std::string large(3 * 1024 * 1024, 'x');
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(subscribed.test.await(publisher.publish("events", large + std::to_string(i))), 1);
  }
  const auto events = subscribed.events.wait_for(4);
  ASSERT_EQ(events.size(), 4u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(events[i + 1], "events " + large + std::to_string(i));
  subscribed.test.stop();
}

TEST(Subscriber, IsSilentOnceStopped) {
  const ServerForTest server;
  Subscribed subscribed(server.address());
  subscribed.events.wait_for(1);
  subscribed.subscriber->stop();
  subscribed.test.on_loop([] {});
  EXPECT_FALSE(subscribed.subscriber->subscribed());
  Publisher publisher(subscribed.test.loop(), server.address());
  // The server may need a moment to see the close; what it still sends is not delivered.
  EXPECT_TRUE(subscribed.test.await(publisher.publish("events", "late")));
  EXPECT_THAT(subscribed.events.wait_for(1), ElementsAre("up"));
  subscribed.test.on_loop([] {});
  EXPECT_EQ(subscribed.test.loop().spawned(), 0);
  subscribed.test.stop();
}

TEST(Subscriber, CanBeDestroyedByItsSink) {
  PeerForTest peer({[](PeerConnection& c) {
    c.receive_until("events\r\n");
    c.send(std::string(kConfirmed) + message("1") + message("2"));
    c.receive_all();
  }});
  LoopForTest test;
  std::unique_ptr<Subscriber> subscriber;
  std::promise<void> destroyed;
  auto done = destroyed.get_future();
  int messages = 0;
  Subscriber::Options options;
  options.address = address_of(peer);
  options.channels = {"events"};
  options.sink = [&](std::string_view, std::string_view) {
    ++messages;
    subscriber.reset();
    destroyed.set_value();
  };
  subscriber = std::make_unique<Subscriber>(test.loop(), std::move(options));
  subscriber->start();
  LoopForTest::get(std::move(done));
  test.on_loop([] {});
  test.stop();
  EXPECT_EQ(messages, 1);
}

TEST(Subscriber, LogsLossAndReturnWithoutCredentials) {
  {
    ServerForTest server({"--requirepass", "hunter2"});
    Address address = server.address();
    address.password = "hunter2";
    Subscribed subscribed(address);
    subscribed.events.wait_for(1);
    server.kill();
    subscribed.events.wait_for(2);
    server.start();
    subscribed.events.wait_for(3);
  }
  const std::string text = log_capture->text();
  EXPECT_THAT(text, HasSubstr("redis subscribed"));
  EXPECT_THAT(text, AllOf(HasSubstr("redis connection lost"), HasSubstr("retry_ms=")));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace crema::redis
