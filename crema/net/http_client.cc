#include "crema/net/http_client.h"

#include "crema/http/config.h"
#include "crema/http/response_reader.h"
#include "crema/net/client_stream.h"
#include "crema/net/deadline.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace crema::net {
namespace {

using Answer = base::Result<http::Response, Errc>;

constexpr size_t kReadBytes = 16 * 1024;

bool is_visible(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_token(std::string_view text) {
  constexpr std::string_view kSeparators = "()<>@,;:\\\"/[]?={}";
  return is_visible(text) && text.find_first_of(kSeparators) == std::string_view::npos;
}

bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
}

bool is_written_by_us(std::string_view name) {
  constexpr std::string_view kOurs[] = {"connection", "content-length", "transfer-encoding"};
  return std::ranges::any_of(
      kOurs, [name](std::string_view own) { return http::equals_ignoring_case(name, own); });
}

// Nothing a client of ours sent may end a line here (header injection, request smuggling).
bool can_be_written(const HttpCall& call) {
  const bool has_body_answer = call.method != "HEAD" && call.method != "CONNECT";
  return has_body_answer && is_token(call.method) && is_visible(call.target) &&
         std::ranges::all_of(call.headers, [](const http::Header& header) {
           return is_token(header.name) && is_value(header.value) && !is_written_by_us(header.name);
         });
}

std::string encode(const HttpCall& call) {
  std::string out = call.method + " " + call.target + " HTTP/1.1\r\n";
  if (!http::find_header(call.headers, "host")) {
    const bool is_unix = !call.upstream.unix_path.empty();
    out += "Host: " + (is_unix ? "localhost" : call.upstream.to_string()) + "\r\n";
  }
  for (const http::Header& header : call.headers) {
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  if (!call.body.empty() || call.method != "GET") {
    out += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  }
  return out + "Connection: close\r\n\r\n" + call.body;
}

Errc to_errc(http::Errc error) {
  switch (error) {
    case http::Errc::kBodyTooLarge:
    case http::Errc::kHeadTooLarge:
      return Errc::kTooLarge;
    case http::Errc::kClosedEarly:
      return Errc::kReset;
    default:
      return Errc::kBadResponse;
  }
}

// Ends when the answer is whole or cannot become so. The caller's deadline closes the socket.
Task<Answer> read_answer(ClientStream& stream, size_t body_bytes_max) {
  http::Limits limits;
  limits.body_bytes_max = body_bytes_max;
  http::ResponseReader reader(limits);
  std::string bytes(kReadBytes, '\0');
  for (;;) {
    const auto into = asio::buffer(bytes);
    auto reading = stream.read_some(into);
    const auto size = co_await std::move(reading);
    if (!size) co_return base::fail(size.error());
    if (*size == 0) {
      reader.on_eof();
    } else {
      reader.feed(std::string_view(bytes).substr(0, *size));
    }
    if (reader.state() == http::ResponseReader::State::kDone) co_return reader.take();
    if (reader.state() == http::ResponseReader::State::kFailed) {
      co_return base::fail(to_errc(reader.error()));
    }
    if (*size == 0) co_return base::fail(Errc::kReset);
  }
}

}  // namespace

Task<Answer> fetch(Loop& loop, HttpCall call) {
  if (!can_be_written(call)) co_return base::fail(Errc::kBadCall);
  const base::TimePoint at = base::steady_now() + call.timeout;
  auto opening = ClientStream::open(loop, call.upstream, at);
  auto opened = co_await std::move(opening);
  if (!opened) co_return base::fail(opened.error());

  ClientStream& stream = **opened;
  std::function<void()> close = [&stream] { stream.close(); };
  const Deadline deadline(loop, at, close);
  std::string request = encode(call);
  auto writing = stream.write(std::move(request));
  // A server may answer and close before it has read everything: its answer is what counts.
  (void)co_await std::move(writing);
  auto reading = read_answer(stream, call.body_bytes_max);
  auto answer = co_await std::move(reading);
  if (!answer && deadline.passed()) co_return base::fail(Errc::kTimeout);
  co_return std::move(answer);
}

}  // namespace crema::net
