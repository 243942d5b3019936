#include "crema/net/client_stream.h"

#include "crema/base/log.h"
#include "crema/net/deadline.h"

#include <utility>

namespace crema::net {
namespace {

using Step = TlsSession::Step;
using Done = base::Result<void, Errc>;

}  // namespace

Task<ClientStream::Opened> ClientStream::open(Loop& loop, Endpoint endpoint,
                                              base::TimePoint deadline) {
  auto dialing = dial(loop, endpoint, deadline);
  auto socket = co_await std::move(dialing);
  if (!socket) co_return base::fail(socket.error());
  auto stream = std::make_unique<ClientStream>(std::move(*socket));
  ErrorCode ignored;
  stream->socket_.non_blocking(true, ignored);
  if (!endpoint.tls) co_return std::move(stream);
  std::function<void()> close = [&stream] { stream->close(); };
  const Deadline limit(loop, deadline, close);
  auto shaking = stream->shake_hands(std::move(endpoint));
  const Done shaken = co_await std::move(shaking);
  if (limit.passed()) co_return base::fail(Errc::kTimeout);
  if (!shaken) co_return base::fail(shaken.error());
  co_return std::move(stream);
}

Task<Done> ClientStream::shake_hands(Endpoint endpoint) {
  ssl_ctx_st* context = endpoint.tls->context();
  if (!context) co_return base::fail(Errc::kTls);
  const std::string& name = endpoint.tls_name.empty() ? endpoint.host : endpoint.tls_name;
  tls_ = std::make_unique<TlsSession>(context, socket_.native_handle(), name);
  for (;;) {
    const Step step = tls_->handshake();
    if (step == Step::kDone) co_return Done();
    auto waiting = wait_for(step);
    const bool going_on = co_await std::move(waiting);
    if (going_on) continue;
    if (!socket_.is_open()) co_return base::fail(Errc::kReset);
    const bool refused = tls_->certificate_refused();
    log::warn(refused ? "a TLS certificate was refused" : "TLS failed",
              {{"server", endpoint.to_string()}, {"reason", tls_->why()}});
    co_return base::fail(refused ? Errc::kCertificate : Errc::kTls);
  }
}

// False: there is nothing to wait for, or the stream was closed.
Task<bool> ClientStream::wait_for(Step step) {
  if (step != Step::kWantRead && step != Step::kWantWrite) co_return false;
  const auto what = step == Step::kWantRead ? StreamSocket::wait_read : StreamSocket::wait_write;
  auto waiting = socket_.async_wait(what, kAsTuple);
  const auto [error] = co_await std::move(waiting);
  co_return !error && socket_.is_open();
}

Task<base::Result<size_t, Errc>> ClientStream::read_some(asio::mutable_buffer into) {
  if (!tls_) {
    auto reading = socket_.async_read_some(into, kAsTuple);
    const auto [error, size] = co_await std::move(reading);
    if (error == asio::error::eof) co_return size_t{0};
    if (error) co_return base::fail(Errc::kReset);
    co_return size;
  }
  for (;;) {
    size_t done = 0;
    const Step step = tls_->read({static_cast<char*>(into.data()), into.size()}, done);
    if (step == Step::kDone) co_return done;
    if (step == Step::kEnd) co_return size_t{0};
    auto waiting = wait_for(step);
    const bool going_on = co_await std::move(waiting);
    if (!going_on) co_return base::fail(Errc::kReset);
  }
}

Task<Done> ClientStream::write(std::string bytes) {
  if (!tls_) {
    auto writing = asio::async_write(socket_, asio::buffer(bytes), kAsTuple);
    const auto [error, size] = co_await std::move(writing);
    if (error) co_return base::fail(Errc::kReset);
    co_return Done();
  }
  std::string_view rest = bytes;
  while (!rest.empty()) {
    size_t done = 0;
    const Step step = tls_->write(rest, done);
    if (step == Step::kDone) {
      rest.remove_prefix(done);
      continue;
    }
    auto waiting = wait_for(step);
    const bool going_on = co_await std::move(waiting);
    if (!going_on) co_return base::fail(Errc::kReset);
  }
  co_return Done();
}

bool ClientStream::try_write(std::string_view bytes) {
  size_t done = 0;
  if (tls_) return tls_->write(bytes, done) == Step::kDone && done == bytes.size();
  ErrorCode error;
  return socket_.write_some(asio::buffer(bytes), error) == bytes.size() && !error;
}

bool ClientStream::has_unread() {
  if (tls_) return tls_->peek() != Step::kWantRead;
  char byte = 0;
  ErrorCode error;
  socket_.receive(asio::buffer(&byte, 1), StreamSocket::message_peek, error);
  return error != asio::error::would_block;
}

void ClientStream::close() {
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace crema::net
