#include "crema/net/dial.h"

#include "crema/net/deadline.h"

#include <fcntl.h>
#include <utility>
#include <vector>

namespace crema::net {
namespace {

using Address = asio::generic::stream_protocol::endpoint;
using Addresses = base::Result<std::vector<Address>, Errc>;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

constexpr size_t kUnixPathBytesMax = 107;

Addresses unix_address(const std::string& path) {
  if (path.size() > kUnixPathBytesMax) return base::fail(Errc::kBadCall);
  return std::vector<Address>{asio::local::stream_protocol::endpoint(path)};
}

// Loopback needs no lookup (RFC 6761), and Node, whose place we take, tries IPv4 first.
std::vector<Address> localhost_addresses(uint16_t port) {
  return {asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port),
          asio::ip::tcp::endpoint(asio::ip::address_v6::loopback(), port)};
}

Task<Addresses> look_up(Loop& loop, std::string host, std::string port, base::TimePoint at) {
  Resolver resolver(loop.executor());
  std::function<void()> give_up = [&resolver] { resolver.cancel(); };
  const Deadline deadline(loop, at, give_up);
  auto lookup = resolver.async_resolve(host, port, Resolver::numeric_service, kAsTuple);
  const auto [error, found] = co_await std::move(lookup);
  if (deadline.passed()) co_return base::fail(Errc::kTimeout);
  if (error || found.empty()) co_return base::fail(Errc::kResolve);
  std::vector<Address> addresses;
  for (const auto& entry : found) addresses.emplace_back(entry.endpoint());
  co_return addresses;
}

Task<Addresses> resolve(Loop& loop, Endpoint endpoint, base::TimePoint at) {
  if (!endpoint.unix_path.empty()) co_return unix_address(endpoint.unix_path);
  if (endpoint.host == "localhost") co_return localhost_addresses(endpoint.port);
  ErrorCode not_literal;
  const auto literal = asio::ip::make_address(endpoint.host, not_literal);
  if (!not_literal) {
    co_return std::vector<Address>{asio::ip::tcp::endpoint(literal, endpoint.port)};
  }
  std::string port = std::to_string(endpoint.port);
  auto lookup = look_up(loop, endpoint.host, port, at);
  co_return co_await std::move(lookup);
}

void set_options(StreamSocket& socket, int family) {
  ErrorCode ignored;
  if (family != AF_UNIX) {
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  }
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

Task<base::Result<StreamSocket, Errc>> connect(Loop& loop, Address address, base::TimePoint at) {
  StreamSocket socket(loop.executor());
  ErrorCode not_opened;
  socket.open(address.protocol(), not_opened);
  if (not_opened) co_return base::fail(Errc::kRefused);  // The family is not available here.
  set_options(socket, address.protocol().family());
  std::function<void()> close = [&socket] {
    ErrorCode ignored;
    socket.close(ignored);
  };
  const Deadline deadline(loop, at, close);
  auto connecting = socket.async_connect(address, kAsTuple);
  const auto [error] = co_await std::move(connecting);
  if (deadline.passed()) co_return base::fail(Errc::kTimeout);
  if (error) co_return base::fail(Errc::kRefused);
  co_return std::move(socket);
}

}  // namespace

Task<base::Result<StreamSocket, Errc>> dial(Loop& loop, Endpoint endpoint,
                                            base::TimePoint deadline) {
  auto resolving = resolve(loop, std::move(endpoint), deadline);
  const Addresses addresses = co_await std::move(resolving);
  if (!addresses) co_return base::fail(addresses.error());
  Errc last = Errc::kRefused;
  for (size_t i = 0; i < addresses->size(); ++i) {
    const auto now = base::steady_now();
    if (now >= deadline) co_return base::fail(Errc::kTimeout);
    const auto part = (deadline - now) / static_cast<int64_t>(addresses->size() - i);
    auto connecting = connect(loop, (*addresses)[i], now + part);
    auto connected = co_await std::move(connecting);
    if (connected) co_return std::move(connected);
    last = connected.error();
  }
  co_return base::fail(last);
}

}  // namespace crema::net
