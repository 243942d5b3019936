#include "crema/redis/connection.h"

#include "crema/net/deadline.h"
#include "crema/resp/command.h"

#include <algorithm>
#include <utility>

namespace crema::redis {
namespace {

namespace asio = net::asio;
using Done = base::Result<void, Errc>;

Errc to_errc(net::Errc error) {
  switch (error) {
    case net::Errc::kResolve:
      return Errc::kResolve;
    case net::Errc::kTimeout:
      return Errc::kTimeout;
    case net::Errc::kBadCall:
      return Errc::kBadUrl;
    default:
      return Errc::kRefused;
  }
}

}  // namespace

Errc classify_error_reply(std::string_view text) {
  constexpr std::string_view kAuth[] = {
      "NOAUTH", "WRONGPASS", "NOPERM", "ERR AUTH", "ERR invalid password", "ERR Client sent AUTH"};
  const auto begins = [text](std::string_view prefix) { return text.starts_with(prefix); };
  return std::ranges::any_of(kAuth, begins) ? Errc::kAuthRefused : Errc::kErrorReply;
}

Connection::Connection(net::Loop& loop, net::StreamSocket socket)
    : loop_(loop),
      socket_(std::move(socket)),
      buffer_(std::make_unique_for_overwrite<char[]>(kReadBytes)) {
  net::ErrorCode ignored;
  socket_.non_blocking(true, ignored);
}

net::Task<Connection::Opened> Connection::open(net::Loop& loop, Address address,
                                               base::TimePoint deadline) {
  auto dialing = net::dial(loop, address.endpoint, deadline);
  auto socket = co_await std::move(dialing);
  if (!socket) co_return base::fail(to_errc(socket.error()));
  std::unique_ptr<Connection> connection(new Connection(loop, std::move(*socket)));
  auto logging_in = connection->log_in(std::move(address), deadline);
  const Done logged_in = co_await std::move(logging_in);
  if (!logged_in) co_return base::fail(logged_in.error());
  co_return std::move(connection);
}

net::Task<Done> Connection::log_in(Address address, base::TimePoint deadline) {
  if (!address.password.empty()) {
    std::vector<std::string> auth{"AUTH"};
    if (!address.username.empty()) auth.push_back(address.username);
    auth.push_back(address.password);
    auto authenticating = expect_ok(std::move(auth), deadline);
    const Done authenticated = co_await std::move(authenticating);
    if (!authenticated) co_return authenticated;
  }
  if (address.db != 0) {
    std::vector<std::string> select{"SELECT", std::to_string(address.db)};
    auto selecting = expect_ok(std::move(select), deadline);
    const Done selected = co_await std::move(selecting);
    if (!selected) co_return selected;
  }
  co_return Done();
}

net::Task<Done> Connection::expect_ok(std::vector<std::string> arguments,
                                      base::TimePoint deadline) {
  auto asking = command(std::move(arguments), deadline);
  const Answer answer = co_await std::move(asking);
  if (!answer) co_return base::fail(answer.error());
  if (answer->kind() == resp::Kind::kError) {
    co_return base::fail(classify_error_reply(answer->text()));
  }
  if (answer->kind() != resp::Kind::kStatus) co_return base::fail(Errc::kUnexpectedReply);
  co_return Done();
}

net::Task<Connection::Answer> Connection::command(std::vector<std::string> arguments,
                                                  base::TimePoint deadline) {
  const std::vector<std::string_view> views(arguments.begin(), arguments.end());
  std::string bytes = resp::encode_command(views);
  std::function<void()> give_up = [this] { close(); };
  const net::Deadline limit(loop_, deadline, give_up);
  auto conversing = converse(std::move(bytes));
  Answer answer = co_await std::move(conversing);
  if (!answer && limit.passed()) co_return base::fail(Errc::kTimeout);
  co_return std::move(answer);
}

net::Task<Connection::Answer> Connection::converse(std::string bytes) {
  auto sending = send(std::move(bytes));
  const Done sent = co_await std::move(sending);
  if (!sent) co_return base::fail(sent.error());
  for (;;) {
    auto reply = next();
    if (!reply) co_return base::fail(reply.error());
    if (*reply) co_return std::move(**reply);
    auto receiving = receive();
    const Done received = co_await std::move(receiving);
    if (!received) co_return base::fail(received.error());
  }
}

net::Task<Done> Connection::send(std::string bytes) {
  auto writing = asio::async_write(socket_, asio::buffer(bytes), net::kAsTuple);
  const auto [error, size] = co_await std::move(writing);
  if (error) co_return base::fail(Errc::kReset);
  co_return Done();
}

net::Task<Done> Connection::receive() {
  auto reading = socket_.async_read_some(asio::buffer(buffer_.get(), kReadBytes), net::kAsTuple);
  const auto [error, size] = co_await std::move(reading);
  if (error) co_return base::fail(Errc::kReset);
  reader_.feed({buffer_.get(), size});
  co_return Done();
}

base::Result<std::optional<resp::Reply>, Errc> Connection::next() {
  auto reply = reader_.next();
  if (!reply) return base::fail(Errc::kGarbage);
  return std::move(*reply);
}

bool Connection::try_send(std::string_view bytes) {
  net::ErrorCode error;
  return socket_.write_some(asio::buffer(bytes), error) == bytes.size() && !error;
}

bool Connection::is_stale() {
  if (!reader_.is_idle()) return true;
  char byte = 0;
  net::ErrorCode error;
  socket_.receive(asio::buffer(&byte, 1), net::StreamSocket::message_peek, error);
  return error != asio::error::would_block;
}

void Connection::close() {
  net::ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace crema::redis
