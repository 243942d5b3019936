#include "crema/net/signals.h"

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace crema::net {
namespace {

bool has_terminal() {
  const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return false;
  ::close(terminal);
  return true;
}

const bool had_terminal = has_terminal();

}  // namespace

bool terminal_is_gone() { return had_terminal && !has_terminal(); }

Signals::Signals(Loop& loop, std::function<void(int)> handler)
    : set_(loop.executor(), SIGTERM, SIGINT, SIGHUP), handler_(std::move(handler)) {
  ErrorCode ignored;
  set_.add(SIGUSR1, ignored);
  wait();
}

Signals::~Signals() {
  ErrorCode ignored;
  set_.cancel(ignored);
}

void Signals::wait() {
  set_.async_wait([this](ErrorCode error, int signal) {
    if (error) return;
    wait();
    handler_(signal);
  });
}

size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t soft = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : soft;
}

}  // namespace crema::net
