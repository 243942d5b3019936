#include "crema/http/request_reader.h"

#include <gtest/gtest.h>

#include <ostream>

namespace crema::http {
namespace {

using State = RequestReader::State;

constexpr std::string_view kGet =
    "GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: a.com\r\nCookie: sid=1\r\n\r\n";

std::string post(std::string_view headers, std::string_view body) {
  std::string out = "POST /x HTTP/1.1\r\nHost: a\r\n";
  return out.append(headers).append("\r\n").append(body);
}

std::string with_headers(std::string_view headers) {
  return std::string{"GET / HTTP/1.1\r\nHost: a\r\n"}.append(headers).append("\r\n");
}

struct Outcome {
  State state;
  std::optional<Errc> error;
  std::string method;
  std::string target;
  std::string body;
  size_t consumed;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  return out << "state " << int(o.state) << " error " << (o.error ? int(*o.error) : 0) << ' '
             << o.method << ' ' << o.target << " body " << o.body.size() << " used " << o.consumed;
}

Outcome read(std::string_view bytes, size_t piece, const Limits& limits = {}) {
  RequestReader reader{limits};
  size_t used = 0;
  while (used < bytes.size()) {
    const size_t taken = reader.feed(bytes.substr(used, piece));
    used += taken;
    if (taken == 0) break;
  }
  Outcome out{reader.state(),        {},  reader.request().method, reader.request().target,
              reader.request().body, used};
  if (out.state == State::kFailed) out.error = reader.error();
  return out;
}

// In one piece, and the same byte by byte.
Outcome read(std::string_view bytes) {
  const Outcome whole = read(bytes, bytes.size());
  EXPECT_EQ(read(bytes, 1), whole) << bytes.substr(0, 200);
  return whole;
}

std::optional<Errc> error_of(std::string_view bytes) { return read(bytes).error; }

TEST(RequestReader, ReadsAGet) {
  RequestReader reader{Limits{}};
  EXPECT_TRUE(reader.idle());
  EXPECT_EQ(reader.feed(kGet), kGet.size());
  ASSERT_EQ(reader.state(), State::kDone);
  EXPECT_FALSE(reader.idle());
  const Request request = reader.take();
  EXPECT_TRUE(reader.idle());
  EXPECT_EQ(reader.state(), State::kHead);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/socket.io/?EIO=4");
  EXPECT_EQ(request.version, 11u);
  EXPECT_TRUE(request.keep_alive);
  EXPECT_EQ(request.headers, (std::vector<Header>{{"Host", "a.com"}, {"Cookie", "sid=1"}}));
  EXPECT_EQ(request.body, "");
}

TEST(RequestReader, ReadsTheSameHoweverTheBytesAreCut) {
  const std::string bytes = post("Transfer-Encoding: chunked\r\n",
                                 "3;x=\"y\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: v\r\n\r\n");
  const Outcome whole = read(bytes, bytes.size());
  EXPECT_EQ(whole.state, State::kDone);
  EXPECT_EQ(whole.body, "abc0123456789");
  for (size_t piece = 1; piece < bytes.size(); ++piece) EXPECT_EQ(read(bytes, piece), whole);
}

TEST(RequestReader, LeavesPipelinedBytesToTheCaller) {
  std::string bytes{kGet};
  bytes += post("Content-Length: 2\r\n", "ok") + std::string{kGet};
  RequestReader reader{Limits{}};
  size_t used = reader.feed(bytes);
  EXPECT_EQ(used, kGet.size());
  EXPECT_EQ(reader.feed(bytes.substr(used)), 0u) << "nothing is taken before take()";
  EXPECT_EQ(reader.take().method, "GET");
  used += reader.feed(bytes.substr(used));
  EXPECT_EQ(reader.take().body, "ok");
  used += reader.feed(bytes.substr(used));
  EXPECT_EQ(reader.take().method, "GET");
  EXPECT_EQ(used, bytes.size());
}

TEST(RequestReader, LeavesTheBytesAfterAnUpgradeToTheCaller) {
  const std::string head = with_headers("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  EXPECT_EQ(read(head + "\x81\x80test").consumed, head.size());
}

TEST(RequestReader, ReadsABodyOfItsLength) {
  EXPECT_EQ(read(post("Content-Length: 5\r\n", "hello, next")).body, "hello");
  EXPECT_EQ(read(post("Content-Length: 0\r\n", "")).state, State::kDone);
  EXPECT_EQ(read(post("Content-Length: 5\r\n", "hell")).state, State::kBody);
  EXPECT_EQ(read(post("", "x")).body, "");
}

TEST(RequestReader, KnowsWhetherTheConnectionStaysOpen) {
  const struct {
    std::string_view head;
    bool keep_alive;
  } rows[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
  };
  for (const auto& row : rows) {
    RequestReader reader{Limits{}};
    reader.feed(row.head);
    ASSERT_EQ(reader.state(), State::kDone) << row.head;
    EXPECT_EQ(reader.take().keep_alive, row.keep_alive) << row.head;
  }
}

TEST(RequestReader, SaysWhenTheClientWaitsForContinue) {
  RequestReader reader{Limits{}};
  reader.feed(post("Expect: 100-Continue\r\nContent-Length: 2\r\n", ""));
  EXPECT_TRUE(reader.expects_continue());
  EXPECT_EQ(reader.request().target, "/x");
  reader.feed("o");
  EXPECT_FALSE(reader.expects_continue());
  reader.feed("k");
  EXPECT_FALSE(reader.expects_continue());
  EXPECT_EQ(reader.take().body, "ok");
}

TEST(RequestReader, ExpectsNothingWithoutABody) {
  RequestReader reader{Limits{}};
  reader.feed(with_headers("Expect: 100-continue\r\n"));
  EXPECT_EQ(reader.state(), State::kDone);
  EXPECT_FALSE(reader.expects_continue());
}

TEST(RequestReader, RefusesWhatTwoParsersMayReadInTwoWays) {
  const std::string rows[] = {
      // Lines.
      with_headers("A: b\r\n c\r\n"),
      with_headers("A: b\r\n\tc\r\n"),
      "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      with_headers("A: b\n"),
      with_headers("A: b\rc\r\n"),
      with_headers("A: \x0B\r\n"),
      with_headers("A\x0B: x\r\n"),
      with_headers(std::string_view{"A: \0\r\n", 7}),
      with_headers("A: \x7F\r\n"),
      with_headers(": x\r\n"),
      with_headers("A : x\r\n"),
      with_headers("A\r\n"),
      with_headers("A(: x\r\n"),
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      // Hosts.
      with_headers("Host: a\r\n"),
      with_headers("hOST: b\r\n"),
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
      // Framing.
      post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"),
      post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"),
      post("Content-Length: 1, 1\r\n", "a"),
      post("Content-Length: +1\r\n", "a"),
      post("Content-Length: -1\r\n", "a"),
      post("Content-Length: 0x1\r\n", "a"),
      post("Content-Length: 1 \r\nContent-Length:\r\n", "a"),
      post("Content-Length:\r\n", ""),
      post("Content-Length: 18446744073709551616\r\n", ""),
      post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: identity\r\n", ""),
      post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding:\r\n", "0\r\n\r\n"),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      // Start lines.
      "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\n",
      "GET / HTTP/0.9\r\n\r\n",
      "GET / http/1.1\r\nHost: a\r\n\r\n",
      "GET /\r\n\r\n",
      "GET\r\n\r\n",
      "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
      " / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\x16\x03\x01\x02\x01\x01\x01\xFC\x03\x03",
  };
  for (const std::string& row : rows) EXPECT_EQ(error_of(row), Errc::kBadRequest) << row;
}

TEST(RequestReader, RefusesBadChunks) {
  const std::string_view rows[] = {
      "\r\n",       "g\r\n",       ";\r\n",   "3\n",         "3\r\nabcd\r\n",
      "3\r\nabc\n", "3\r\nabc\rx", "-1\r\n",  "0x3\r\n",     " 3\r\n",
      "3 \r\n",     "3;a\x0B\r\n", "0\r\n\n", "0\r\nA: b\n", "0\r\n folded\r\n\r\n"};
  for (const std::string_view row : rows) {
    EXPECT_EQ(error_of(post("Transfer-Encoding: chunked\r\n", row)), Errc::kBadRequest) << row;
  }
}

TEST(RequestReader, BoundsAChunkLine) {
  const std::string zeros(kChunkLineBytesMax, '0');
  EXPECT_EQ(error_of(post("Transfer-Encoding: chunked\r\n", zeros + "0")), Errc::kBadRequest);
  const std::string extension = "1;" + std::string(kChunkLineBytesMax, 'a');
  EXPECT_EQ(error_of(post("Transfer-Encoding: chunked\r\n", extension)), Errc::kBadRequest);
}

TEST(RequestReader, BoundsTheTrailers) {
  const std::string trailers = "0\r\nA: " + std::string(20'000, 'a');
  EXPECT_EQ(error_of(post("Transfer-Encoding: chunked\r\n", trailers)), Errc::kHeadTooLarge);
}

TEST(RequestReader, TakesAHeadOfExactlyTheBound) {
  const std::string head = with_headers("A: b\r\n");
  EXPECT_EQ(read(head, 1, {.head_bytes_max = head.size()}).state, State::kDone);
  EXPECT_EQ(read(head, head.size(), {.head_bytes_max = head.size()}).state, State::kDone);
  for (const size_t piece : {size_t{1}, head.size()}) {
    const Outcome out = read(head, piece, {.head_bytes_max = head.size() - 1});
    EXPECT_EQ(out.error, Errc::kHeadTooLarge);
    EXPECT_EQ(out.consumed, head.size() - 1);
  }
}

TEST(RequestReader, RefusesAHugeCookie) {
  EXPECT_EQ(error_of(with_headers("Cookie: " + std::string(100'000, 'c') + "\r\n")),
            Errc::kHeadTooLarge);
}

TEST(RequestReader, RefusesALongTarget) {
  const auto with_target = [](size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  EXPECT_EQ(read(with_target(kTargetBytesMax)).state, State::kDone);
  EXPECT_EQ(error_of(with_target(kTargetBytesMax + 1)), Errc::kTargetTooLong);
  EXPECT_EQ(error_of(with_target(100'000)), Errc::kTargetTooLong);
}

TEST(RequestReader, RefusesMoreThanAHundredHeaders) {
  std::string headers;
  for (int i = 0; i < 99; ++i) headers += "A: b\r\n";
  EXPECT_EQ(read(with_headers(headers)).state, State::kDone);
  EXPECT_EQ(error_of(with_headers(headers + "Upgrade: websocket\r\n")), Errc::kHeadTooLarge);
}

TEST(RequestReader, RefusesALongBodyAtItsHeadAndKeepsTheHead) {
  RequestReader reader{Limits{.body_bytes_max = 10}};
  reader.feed(post("Origin: http://a.com\r\nContent-Length: 11\r\n", ""));
  ASSERT_EQ(reader.state(), State::kFailed);
  EXPECT_EQ(reader.error(), Errc::kBodyTooLarge);
  EXPECT_EQ(reader.request().header("origin"), "http://a.com");
  EXPECT_EQ(reader.feed("hello"), 0u);
}

TEST(RequestReader, CountsTheDecodedBytesOfChunks) {
  const std::string fits =
      post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n");
  EXPECT_EQ(read(fits, 1, {.body_bytes_max = 10}).body, "helloworld");
  for (const size_t piece : {size_t{1}, fits.size()}) {
    const Outcome out = read(fits, piece, {.body_bytes_max = 9});
    EXPECT_EQ(out.error, Errc::kBodyTooLarge);
    EXPECT_EQ(out.target, "/x");
    EXPECT_EQ(out.body, "");
  }
  const std::string huge = post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffffff\r\n");
  EXPECT_EQ(error_of(huge), Errc::kBodyTooLarge);
}

TEST(RequestReader, FailsBeforeTheHeadIsComplete) {
  EXPECT_EQ(error_of("GET / HTTP/1.1\r\nHost: a\r\n "), Errc::kBadRequest);
  EXPECT_EQ(error_of("\x16"), Errc::kBadRequest);
}

TEST(RequestReader, KeepsBytesBeyondAsciiInHeaderValues) {
  RequestReader reader{Limits{}};
  reader.feed(with_headers("Cookie: full_name=\xC3\xA9\r\n"));
  EXPECT_EQ(reader.take().header("cookie"), "full_name=\xC3\xA9");
}

TEST(RequestReader, IsAFewWordsWhileIdle) { EXPECT_LE(sizeof(RequestReader), 32u); }

TEST(Errc, HasAStatus) {
  EXPECT_EQ(status_of(Errc::kBadRequest), 400u);
  EXPECT_EQ(status_of(Errc::kBodyTooLarge), 413u);
  EXPECT_EQ(status_of(Errc::kTargetTooLong), 414u);
  EXPECT_EQ(status_of(Errc::kHeadTooLarge), 431u);
  EXPECT_EQ(status_of(Errc::kBadResponse), 502u);
  EXPECT_EQ(status_of(Errc::kClosedEarly), 502u);
}

}  // namespace
}  // namespace crema::http
