#include "crema/net/stream.h"

#include "crema/net/loop_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace crema::net {
namespace {

using testing::ElementsAre;
using Status = Stream::Status;

// One end of a pair of connected sockets on a loop; the other is the test's.
class End final : public StreamOwner {
 public:
  explicit End(Loop& loop) {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
    other = pair[0];
    stream = std::make_unique<Stream>(loop, pair[1], *this);
  }
  ~End() { close_other(); }
  void close_other() {
    if (other >= 0) ::close(std::exchange(other, -1));
  }

  void on_readable() override { told("readable"); }
  void on_writable() override { told("writable"); }
  void on_broken() override { told("broken"); }
  void told(const std::string& what) {
    heard.push_back(what);
    if (then) then();
  }

  int other = -1;
  std::unique_ptr<Stream> stream;
  std::vector<std::string> heard;
  std::function<void()> then;
};

class StreamTest : public testing::Test {
 protected:
  Loop loop_;
};

TEST_F(StreamTest, TellsThatItCanBeReadWhileBytesAreLeft) {
  End end(loop_);
  end.stream->start_reading();
  ASSERT_EQ(::send(end.other, "ab", 2, 0), 2);
  std::string got;
  end.then = [&] {
    char byte = 0;
    if (end.stream->read({&byte, 1}).status == Status::kOk) got.push_back(byte);
    if (got.size() == 2) loop_.stop();
  };
  loop_.run();
  EXPECT_EQ(got, "ab");
  EXPECT_THAT(end.heard, ElementsAre("readable", "readable"));
}

TEST_F(StreamTest, TellsOnceThatItCanBeWritten) {
  End end(loop_);
  const std::string much(1 << 16, 'x');
  while (end.stream->write(much).status == Status::kOk) {
  }
  end.stream->when_writable();
  std::string into(1 << 20, ' ');
  end.then = [&] { loop_.stop(); };
  ASSERT_GT(::recv(end.other, into.data(), into.size(), 0), 0);
  loop_.run();
  while (::recv(end.other, into.data(), into.size(), MSG_DONTWAIT) > 0) {
  }
  EXPECT_THAT(end.heard, ElementsAre("writable"));
}

TEST_F(StreamTest, TellsOfTheEndUntilNobodyReads) {
  End end(loop_);
  end.stream->start_reading();
  end.close_other();
  end.then = [&] {
    if (end.heard.size() == 1) {
      char byte = 0;
      EXPECT_EQ(end.stream->read({&byte, 1}).status, Status::kEnd);
      end.stream->stop_reading();
    } else {
      end.stream->close();
      loop_.stop();
    }
  };
  loop_.run();
  EXPECT_THAT(end.heard, ElementsAre("readable", "broken"));
}

TEST_F(StreamTest, MayBeDestroyedByAnotherOfTheSameTurn) {
  End one(loop_);
  auto two = std::make_unique<End>(loop_);
  std::string heard;
  for (End* end : {&one, two.get()}) {
    end->stream->start_reading();
    ASSERT_EQ(::send(end->other, "x", 1, 0), 1);
  }
  one.then = [&] {
    heard += "one";
    two.reset();
    loop_.stop();
  };
  two->then = [&] {
    heard += "two";
    one.stream.reset();
    loop_.stop();
  };
  loop_.run();
  EXPECT_THAT(heard, testing::AnyOf("one", "two"));
}

TEST_F(StreamTest, GivesItsDescriptorToAnotherLoop) {
  End end(loop_);
  end.stream->start_reading();
  ASSERT_EQ(::send(end.other, "x", 1, 0), 1);
  const auto descriptor = end.stream->release();
  ASSERT_TRUE(descriptor);
  EXPECT_FALSE(end.stream->is_open());
  EXPECT_FALSE(end.stream->release());
  End other(loop_);
  other.stream = std::make_unique<Stream>(loop_, *descriptor, other);
  other.stream->start_reading();
  other.then = [&] { loop_.stop(); };
  loop_.run();
  EXPECT_TRUE(end.heard.empty());
  EXPECT_THAT(other.heard, ElementsAre("readable"));
}

}  // namespace
}  // namespace crema::net
