#include "crema/doctor/channel.h"

#include "crema/net/deadline.h"

#include <utility>

namespace crema::doctor {
namespace {

using Kind = ChannelError::Kind;

constexpr size_t kReadBytes = 16 * 1024;

ChannelError of_dial(net::Errc error) {
  switch (error) {
    case net::Errc::kResolve:
    case net::Errc::kBadCall:
      return {Kind::kResolve};
    case net::Errc::kTimeout:
      return {Kind::kTimeout};
    default:
      return {Kind::kRefused};
  }
}

class PlainChannel final : public Channel {
 public:
  PlainChannel(net::Loop& loop, net::StreamSocket socket, base::TimePoint deadline)
      : socket_(std::move(socket)), deadline_(loop, deadline, [this] {
          net::ErrorCode ignored;
          socket_.close(ignored);
        }) {}

  void set_deadline(base::TimePoint deadline) override { deadline_.move_to(deadline); }

  net::Task<base::Result<void, ChannelError>> write(std::string bytes) override {
    auto writing = net::asio::async_write(socket_, net::asio::buffer(bytes), net::kAsTuple);
    const auto [error, size] = co_await std::move(writing);
    if (error) co_return base::fail(failure());
    co_return base::Result<void, ChannelError>{};
  }

  net::Task<base::Result<std::string, ChannelError>> read() override {
    std::string bytes(kReadBytes, '\0');
    auto reading = socket_.async_read_some(net::asio::buffer(bytes), net::kAsTuple);
    const auto [error, size] = co_await std::move(reading);
    if (error) co_return base::fail(failure());
    bytes.resize(size);
    co_return bytes;
  }

 private:
  [[nodiscard]] ChannelError failure() const {
    return {deadline_.passed() ? Kind::kTimeout : Kind::kClosed};
  }

  net::StreamSocket socket_;
  net::Deadline deadline_;
};

}  // namespace

net::Task<Channel::Opened> Channel::open(net::Loop& loop, ChannelTarget target,
                                         base::TimePoint deadline) {
  net::Endpoint endpoint = target.endpoint;
  auto dialing = net::dial(loop, std::move(endpoint), deadline);
  auto socket = co_await std::move(dialing);
  if (!socket) co_return base::fail(of_dial(socket.error()));
  std::unique_ptr<Channel> channel =
      std::make_unique<PlainChannel>(loop, std::move(*socket), deadline);
  co_return channel;
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
      return "the certificate is not trusted: " + error.detail;
    case Kind::kTls:
      return "TLS failed: " + error.detail;
  }
  return "";
}

}  // namespace crema::doctor
