#include "crema/net/child_process.h"

#include "crema/net/listener.h"
#include "crema/net/loop_for_test.h"

#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <sys/socket.h>

namespace crema::net {
namespace {

// A shell that runs `script`, and what it said until it ended.
class ChildProcessTest : public testing::Test {
 protected:
  ~ChildProcessTest() override {
    loop_.on_loop([this] { child_.reset(); });
  }

  void start(const std::string& script, std::vector<int> descriptors = {}) {
    loop_.on_loop([&] {
      auto started = ChildProcess::start(
          loop_.loop(),
          {{"/bin/sh", "-c", script}, {"WORD=from outside"}, "/", std::move(descriptors)},
          [this](std::string line) { lines_.push_back(std::move(line)); },
          [this](std::string how) { ended_.set_value(std::move(how)); });
      ASSERT_TRUE(started) << started.error();
      child_ = std::move(*started);
    });
  }
  [[nodiscard]] std::string end() { return LoopForTest::get(ended_.get_future()); }

  LoopForTest loop_;
  std::unique_ptr<ChildProcess> child_;
  std::vector<std::string> lines_;
  std::promise<std::string> ended_;
};

TEST_F(ChildProcessTest, SaysWhatItWroteAndHowItEnded) {
  start("echo $WORD; pwd; echo error >&2; printf 'no end of line'; exit 3");
  EXPECT_EQ(end(), "exit code 3");
  EXPECT_EQ(lines_, (std::vector<std::string>{"from outside", "/", "error", "no end of line"}));
}

TEST_F(ChildProcessTest, NamesTheSignalThatEndedIt) {
  start("sleep 60");
  loop_.on_loop([this] {
    EXPECT_TRUE(child_->running());
    EXPECT_GT(child_->resident_bytes(), 0U);
    child_->kill(SIGKILL);
  });
  EXPECT_EQ(end(), "signal 9 (Killed)");
  loop_.on_loop([this] {
    EXPECT_FALSE(child_->running());
    EXPECT_EQ(child_->resident_bytes(), 0U);
  });
}

TEST_F(ChildProcessTest, GetsItsDescriptorsFromThree) {
  const int file = make_memory_file("test", "in memory\n");
  const auto [ours, theirs] = make_socket_pair();
  start("cat <&4; echo back >&3", {theirs, file});
  close_descriptor(theirs);
  close_descriptor(file);
  EXPECT_EQ(end(), "exit code 0");
  EXPECT_EQ(lines_, std::vector<std::string>{"in memory"});
  loop_.on_loop([ours = ours] {
    std::array<char, 16> buffer{};
    EXPECT_EQ(::recv(ours, buffer.data(), buffer.size(), 0), 5);
    EXPECT_EQ(std::string_view(buffer.data(), 5), "back\n");
    close_descriptor(ours);
  });
}

TEST_F(ChildProcessTest, CutsALineThatDoesNotEnd) {
  start("head -c 100000 /dev/zero | tr '\\0' x");
  EXPECT_EQ(end(), "exit code 0");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_.front().size(), ChildProcess::kLineBytesMax);
}

TEST_F(ChildProcessTest, WhatItStartedEndsWithIt) {
  start("sleep 60 & echo $!; wait");
  while (true) {
    bool told = false;
    loop_.on_loop([&] { told = !lines_.empty(); });
    if (told) break;
    std::this_thread::yield();
  }
  const int grandchild = std::stoi(lines_.front());
  loop_.on_loop([this] { child_.reset(); });
  // It is somebody else's child: until it is reaped it is there as a zombie at most.
  const std::string stat = "/proc/" + std::to_string(grandchild) + "/stat";
  for (int i = 0; i < 1000; ++i) {
    std::FILE* file = std::fopen(stat.c_str(), "re");
    if (!file) return;
    char state = 'Z';
    const int read = std::fscanf(file, "%*d (%*[^)]) %c", &state);
    std::fclose(file);
    if (read != 1 || state == 'Z' || state == 'X') return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL() << "it still runs";
}

TEST_F(ChildProcessTest, ThatIsNotThereIsAnError) {
  loop_.on_loop([this] {
    const auto started = ChildProcess::start(
        loop_.loop(), {{"/nowhere/program"}, {}, "", {}}, [](const std::string&) {},
        [](const std::string&) {});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error(), "/nowhere/program: No such file or directory");
  });
}

}  // namespace
}  // namespace crema::net
