#include "bench/contenders/floor/redis_feed.h"
#include "bench/contenders/floor/server.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <sys/resource.h>

namespace {

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::uint16_t port_from(const char* text) {
  return static_cast<std::uint16_t>(std::strtoul(text, nullptr, 10));
}

}  // namespace

int main(int argc, char** argv) {
  using crema::floor::Gathering;
  if (argc != 4 || (std::string_view(argv[1]) != "send" && std::string_view(argv[1]) != "gather")) {
    std::fputs("usage: bench-floor send|gather PORT REDIS-PORT\n", stderr);
    return 2;
  }
  const auto gathering = std::string_view(argv[1]) == "gather" ? Gathering::kOn : Gathering::kOff;
  raise_descriptor_limit();
  auto feed = crema::floor::RedisFeed::subscribe(port_from(argv[3]));
  if (!feed) {
    std::fputs("bench-floor: cannot subscribe\n", stderr);
    return 1;
  }
  crema::floor::Server server(port_from(argv[2]), gathering, std::move(*feed));
  if (!server.is_listening()) {
    std::fputs("bench-floor: cannot listen\n", stderr);
    return 1;
  }
  std::printf("Realtime service listening on: ws://127.0.0.1:%s\n", argv[2]);
  std::fflush(stdout);
  server.run();
  return 0;
}
