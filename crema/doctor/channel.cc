#include "crema/doctor/channel.h"

#include <utility>

namespace crema::doctor {
namespace {

using Kind = ChannelError::Kind;

constexpr size_t kReadBytes = 16 * 1024;

ChannelError of_opening(net::Errc error) {
  switch (error) {
    case net::Errc::kResolve:
    case net::Errc::kBadCall:
      return {Kind::kResolve};
    case net::Errc::kTimeout:
      return {Kind::kTimeout};
    case net::Errc::kCertificate:
      return {Kind::kCertificate};
    case net::Errc::kTls:
      return {Kind::kTls};
    default:
      return {Kind::kRefused};
  }
}

}  // namespace

net::Task<Channel::Opened> Channel::open(net::Loop& loop, net::Endpoint endpoint,
                                         base::TimePoint deadline) {
  auto opening = net::ClientStream::open(loop, std::move(endpoint), deadline);
  auto stream = co_await std::move(opening);
  if (!stream) co_return base::fail(of_opening(stream.error()));
  co_return std::make_unique<Channel>(loop, std::move(*stream), deadline);
}

Channel::Channel(net::Loop& loop, std::unique_ptr<net::ClientStream> stream,
                 base::TimePoint deadline)
    : stream_(std::move(stream)), deadline_(loop, deadline, [this] { stream_->close(); }) {}

net::Task<base::Result<void, ChannelError>> Channel::write(std::string bytes) {
  auto writing = stream_->write(std::move(bytes));
  const auto written = co_await std::move(writing);
  if (!written) co_return base::fail(failure());
  co_return base::Result<void, ChannelError>{};
}

net::Task<base::Result<std::string, ChannelError>> Channel::read() {
  std::string bytes(kReadBytes, '\0');
  auto reading = stream_->read_some(net::asio::buffer(bytes));
  const auto size = co_await std::move(reading);
  if (!size || *size == 0) co_return base::fail(failure());
  bytes.resize(*size);
  co_return bytes;
}

ChannelError Channel::failure() const {
  return {deadline_.passed() ? Kind::kTimeout : Kind::kClosed};
}

std::string to_string(const ChannelError& error) {
  switch (error.kind) {
    case Kind::kResolve:
      return "the name has no address on this machine";
    case Kind::kRefused:
      return "nobody accepts connections there";
    case Kind::kTimeout:
      return "no answer in time";
    case Kind::kClosed:
      return "the connection was closed";
    case Kind::kCertificate:
      return "the certificate is not trusted, is over, or is another host's";
    case Kind::kTls:
      return "it does not speak TLS";
  }
  return "";
}

}  // namespace crema::doctor
