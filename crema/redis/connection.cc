#include "crema/redis/connection.h"

#include "crema/net/deadline.h"
#include "crema/resp/command.h"

#include <algorithm>
#include <utility>

namespace crema::redis {
namespace {

using Done = base::Result<void, Errc>;

Errc to_errc(net::Errc error) {
  switch (error) {
    case net::Errc::kResolve:
      return Errc::kResolve;
    case net::Errc::kTimeout:
      return Errc::kTimeout;
    case net::Errc::kBadCall:
      return Errc::kBadUrl;
    case net::Errc::kCertificate:
      return Errc::kCertificate;
    case net::Errc::kTls:
      return Errc::kTls;
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

Connection::Connection(net::Loop& loop, std::unique_ptr<net::ClientStream> stream)
    : loop_(loop),
      stream_(std::move(stream)),
      buffer_(std::make_unique_for_overwrite<char[]>(kReadBytes)) {}

net::Task<Connection::Opened> Connection::open(net::Loop& loop, Address address,
                                               base::TimePoint deadline) {
  auto dialing = net::ClientStream::open(loop, address.endpoint, deadline);
  auto stream = co_await std::move(dialing);
  if (!stream) co_return base::fail(to_errc(stream.error()));
  std::unique_ptr<Connection> connection(new Connection(loop, std::move(*stream)));
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
  auto writing = stream_->write(std::move(bytes));
  const auto written = co_await std::move(writing);
  if (!written) co_return base::fail(Errc::kReset);
  co_return Done();
}

net::Task<Done> Connection::receive() {
  const auto into = net::asio::buffer(buffer_.get(), kReadBytes);
  auto reading = stream_->read_some(into);
  const auto size = co_await std::move(reading);
  if (!size || *size == 0) co_return base::fail(Errc::kReset);
  reader_.feed({buffer_.get(), *size});
  co_return Done();
}

base::Result<std::optional<resp::Reply>, Errc> Connection::next() {
  auto reply = reader_.next();
  if (!reply) return base::fail(Errc::kGarbage);
  return std::move(*reply);
}

bool Connection::try_send(std::string_view bytes) { return stream_->try_write(bytes); }

bool Connection::is_stale() { return !reader_.is_idle() || stream_->has_unread(); }

void Connection::close() { stream_->close(); }

}  // namespace crema::redis
