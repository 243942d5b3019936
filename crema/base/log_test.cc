#include "crema/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace crema::log {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::MatchesRegex;
using testing::SizeIs;
using testing::StartsWith;

class Log : public testing::Test {
 protected:
  void SetUp() override {
    configure(Level::kInfo, Format::kLogfmt);
    set_sink([this](Level level, std::string_view line) {
      levels_.push_back(level);
      lines_.emplace_back(line);
    });
  }
  void TearDown() override {
    set_sink(nullptr);
    configure(Level::kInfo, Format::kLogfmt);
  }
  // The last line from its `msg=` on.
  [[nodiscard]] std::string tail() const {
    return lines_.empty() ? "" : lines_.back().substr(lines_.back().find("msg"));
  }

  std::vector<Level> levels_;
  std::vector<std::string> lines_;
};

TEST_F(Log, WritesLogfmtWithTimeLevelMessageAndFieldsInOrder) {
  info("server started", {{"site", "a.localhost"}, {"sockets", 12}, {"ready", true}});
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_THAT(lines_[0],
              MatchesRegex("ts=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z "
                           "level=info msg=\"server started\" site=a.localhost sockets=12 "
                           "ready=true"));
  EXPECT_THAT(levels_, ElementsAre(Level::kInfo));
}

TEST_F(Log, WritesJsonWithBareNumbersAndBooleans) {
  configure(Level::kInfo, Format::kJson);
  error("it broke", {{"site", "1"}, {"count", -5}, {"ready", false}, {"ratio", 0.5}});
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_THAT(lines_[0], StartsWith("{\"ts\":\"20"));
  EXPECT_THAT(lines_[0], EndsWith("Z\",\"level\":\"error\",\"msg\":\"it broke\",\"site\":\"1\","
                                  "\"count\":-5,\"ready\":false,\"ratio\":0.500000}"));
}

TEST_F(Log, JsonQuotesNumbersThatJsonDoesNotKnow) {
  configure(Level::kInfo, Format::kJson);
  info("odd", {{"a", std::numeric_limits<double>::infinity()}, {"b", std::nan("")}});
  EXPECT_THAT(tail(), "msg\":\"odd\",\"a\":\"inf\",\"b\":\"nan\"}");
}

TEST_F(Log, QuotesAndEscapesWhatWouldForgeFieldsOrLines) {
  info("m",
       {{"a", "x level=error"}, {"b", "two\nlines\r\t"}, {"c", "\"\\"}, {"d", ""}, {"e", "="}});
  EXPECT_EQ(tail(),
            "msg=m a=\"x level=error\" b=\"two\\nlines\\r\\t\" c=\"\\\"\\\\\" d=\"\" e=\"=\"");
  info("bad\nts=1 level=error");
  EXPECT_EQ(tail(), "msg=\"bad\\nts=1 level=error\"");
}

TEST_F(Log, EscapesEveryControlOfTerminalsAndViewers) {
  info("m", {{"a", std::string_view("\0\x1B[2J\x7F", 6)},
             {"b", "\xC2\x85\xC2\x9B"},
             {"c", "\xE2\x80\xA8\xE2\x80\xA9"}});
  EXPECT_EQ(tail(),
            "msg=m a=\"\\u0000\\u001b[2J\\u007f\" b=\"\\u0085\\u009b\" c=\"\\u2028\\u2029\"");
}

TEST_F(Log, KeepsUtf8AndReplacesWhatIsNot) {
  info("m", {{"a", "h\xC3\xA9llo \xF0\x9F\x98\x80"}, {"b", "\xFF\xC3(\xE2\x82"}});
  EXPECT_EQ(tail(),
            "msg=m a=\"h\xC3\xA9llo \xF0\x9F\x98\x80\" "
            "b=\"\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_F(Log, KeysCannotForgeFields) {
  info("m", {{"a b=\n", "x"}});
  EXPECT_EQ(tail(), "msg=m a_b__=x");
}

TEST_F(Log, OneRecordIsOnePrintableLineWhateverItsBytes) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (Format format : {Format::kLogfmt, Format::kJson}) {
    configure(Level::kInfo, format);
    info(every_byte, {{every_byte, every_byte}});
    for (const char c : lines_.back()) {
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
  }
}

TEST_F(Log, CutsLongValues) {
  info("m", {{"a", std::string(100'000, 'x')}, {"b", std::string(100'000, '\n')}});
  EXPECT_LT(lines_.back().size(), 13'000u);
  EXPECT_THAT(tail(), EndsWith("\\n\xE2\x80\xA6\""));
}

TEST_F(Log, LeavesOutWhatIsBelowTheLevel) {
  debug("d");
  configure(Level::kError, Format::kLogfmt);
  info("i");
  warn("w below");
  error("e");
  EXPECT_THAT(levels_, ElementsAre(Level::kError));
  EXPECT_FALSE(enabled(Level::kWarn));
  configure(Level::kOff, Format::kLogfmt);
  error("e");
  EXPECT_THAT(levels_, SizeIs(1));
  EXPECT_FALSE(enabled(Level::kOff));
  configure(Level::kDebug, Format::kLogfmt);
  debug("d");
  EXPECT_THAT(levels_, ElementsAre(Level::kError, Level::kDebug));
}

TEST_F(Log, HoldsBackRepeatedWarningsAndNothingElse) {
  for (int i = 0; i < 5; ++i) {
    warn("slow client", {{"i", i}});
    error("slow client");
  }
  warn("another");
  EXPECT_THAT(levels_, ElementsAre(Level::kWarn, Level::kError, Level::kError, Level::kError,
                                   Level::kError, Level::kError, Level::kWarn));
}

TEST_F(Log, LinesFromManyThreadsStayWhole) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 250; ++i) info("from a thread", {{"t", t}, {"i", i}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_THAT(lines_, SizeIs(1000));
  for (const std::string& line : lines_) {
    EXPECT_THAT(line, MatchesRegex("ts=[^ ]+ level=info msg=\"from a thread\" t=[0-3] i=[0-9]+"));
  }
}

TEST_F(Log, DefaultSinkWritesLinesToStderr) {
  set_sink(nullptr);
  testing::internal::CaptureStderr();
  info("to stderr", {{"percent", "%v {} %s"}});
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              EndsWith("msg=\"to stderr\" percent=\"%v {} %s\"\n"));
}

TEST(LogLevel, ParsesItsNamesOnly) {
  Level level = Level::kOff;
  EXPECT_TRUE(parse_level("debug", level));
  EXPECT_EQ(level, Level::kDebug);
  EXPECT_TRUE(parse_level("warn", level));
  EXPECT_EQ(level, Level::kWarn);
  EXPECT_TRUE(parse_level("off", level));
  EXPECT_EQ(level, Level::kOff);
  EXPECT_FALSE(parse_level("WARN", level));
  EXPECT_FALSE(parse_level("", level));
  EXPECT_EQ(level, Level::kOff);
}

}  // namespace
}  // namespace crema::log
