#include "crema/http/response_reader.h"

#include <gtest/gtest.h>

namespace crema::http {
namespace {

using State = ResponseReader::State;

enum class Then { kWait, kEof };

struct Outcome {
  State state = State::kHead;
  std::optional<Errc> error;
  unsigned status = 0;
  std::string body;
  bool keep_alive = false;
  size_t consumed = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read_in_pieces(std::string_view bytes, size_t piece, Then then, const Limits& limits) {
  ResponseReader reader{limits};
  Outcome out;
  while (out.consumed < bytes.size()) {
    const size_t taken = reader.feed(bytes.substr(out.consumed, piece));
    if (taken == 0) break;
    out.consumed += taken;
  }
  if (then == Then::kEof) reader.on_eof();
  out.state = reader.state();
  if (out.state == State::kFailed) out.error = reader.error();
  if (out.state != State::kDone) return out;
  out.keep_alive = reader.keep_alive();
  const Response response = reader.take();
  out.status = response.status;
  out.body = response.body;
  EXPECT_TRUE(reader.idle());
  return out;
}

// In one piece, and the same byte by byte.
Outcome read(std::string_view bytes, Then then = Then::kWait, const Limits& limits = {}) {
  const Outcome whole = read_in_pieces(bytes, bytes.size() + 1, then, limits);
  const Outcome slow = read_in_pieces(bytes, 1, then, limits);
  EXPECT_EQ(slow.state, whole.state) << bytes;
  EXPECT_EQ(slow.error, whole.error) << bytes;
  EXPECT_EQ(slow.body, whole.body) << bytes;
  return whole;
}

TEST(ResponseReader, ReadsABodyOfItsLength) {
  const Outcome out = read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nokHTTP/1.1");
  EXPECT_EQ(out.state, State::kDone);
  EXPECT_EQ(out.status, 200u);
  EXPECT_EQ(out.body, "ok");
  EXPECT_TRUE(out.keep_alive);
  EXPECT_EQ(out.consumed, 46u) << "what follows stays with the caller";
}

TEST(ResponseReader, KeepsTheHeaders) {
  ResponseReader reader{Limits{}};
  reader.feed("HTTP/1.1 403 Forbidden\r\nX-A: b\r\nContent-Length: 0\r\n\r\n");
  const Response response = reader.take();
  EXPECT_EQ(response.status, 403u);
  EXPECT_EQ(response.header("x-a"), "b");
}

TEST(ResponseReader, ReadsChunks) {
  const Outcome out = read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1;x\r\n!\r\n0\r\nT: "
      "v\r\n\r\n");
  EXPECT_EQ(out.state, State::kDone);
  EXPECT_EQ(out.body, "ok!");
}

TEST(ResponseReader, ReadsUntilTheStreamEnds) {
  const std::string_view bytes = "HTTP/1.0 200 OK\r\n\r\nhello";
  EXPECT_EQ(read(bytes).state, State::kBody);
  const Outcome out = read(bytes, Then::kEof);
  EXPECT_EQ(out.state, State::kDone);
  EXPECT_EQ(out.body, "hello");
  EXPECT_FALSE(out.keep_alive);
}

TEST(ResponseReader, ReadsNoBodyOf204And304) {
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n").state, State::kDone);
  EXPECT_EQ(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").state, State::kDone);
}

TEST(ResponseReader, SkipsInterimAnswers) {
  const Outcome out = read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(out.status, 200u);
  EXPECT_EQ(out.body, "ok");
}

TEST(ResponseReader, BoundsInterimAnswers) {
  std::string bytes;
  for (size_t i = 0; i < kInterimResponsesMax; ++i) bytes += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(read(bytes).state, State::kHead);
  EXPECT_EQ(read(bytes + "HTTP/1.1 100 Continue\r\n\r\n").error, Errc::kBadResponse);
}

TEST(ResponseReader, KnowsWhetherTheConnectionStaysOpen) {
  EXPECT_FALSE(
      read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_FALSE(read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keep_alive);
  EXPECT_TRUE(
      read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(ResponseReader, RefusesWhatIsNoResponse) {
  const std::string_view rows[] = {
      "HTTP/1.1 2x0 OK\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      "<html>\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
  };
  for (const std::string_view row : rows) EXPECT_EQ(read(row).error, Errc::kBadResponse) << row;
}

TEST(ResponseReader, BoundsHeadAndBody) {
  const Limits limits{.head_bytes_max = 100, .headers_max = 2, .body_bytes_max = 4};
  const auto error = [&](std::string_view bytes) { return read(bytes, Then::kWait, limits).error; };
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nA: " + std::string(200, 'a')), Errc::kHeadTooLarge);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nA: b\r\nA: b\r\nA: b\r\n\r\n"), Errc::kBadResponse);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), Errc::kBodyTooLarge);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), Errc::kBodyTooLarge);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"),
            Errc::kBodyTooLarge);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\n\r\nhello"), Errc::kBodyTooLarge);
}

TEST(ResponseReader, FailsWhenTheStreamEndsEarly) {
  const std::string_view rows[] = {
      "",
      "HTTP/1.1 200",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
  };
  for (const std::string_view row : rows) {
    EXPECT_EQ(read(row, Then::kEof).error, Errc::kClosedEarly) << row;
  }
}

TEST(ResponseReader, IsCompleteWhenTheStreamEndsAfterwards) {
  const Outcome out = read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Then::kEof);
  EXPECT_EQ(out.state, State::kDone);
  EXPECT_EQ(out.body, "ok");
}

}  // namespace
}  // namespace crema::http
