#include "crema/net/child_process.h"

#include "crema/net/listener.h"
#include "crema/net/stream.h"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crema::net {
namespace {

// Above whatever number a child's descriptor gets: no copy overwrites another's source.
constexpr int kHighDescriptor = 64;

std::string exit_text(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
  }
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// Copies of descriptors, closed when it goes.
class HighCopies {
 public:
  ~HighCopies() {
    for (const int copy : copies_) ::close(copy);
  }
  [[nodiscard]] int add(int descriptor) {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kHighDescriptor);
    if (copy >= 0) copies_.push_back(copy);
    return copy;
  }

 private:
  std::vector<int> copies_;
};

int spawn(const ChildOptions& options, int output, pid_t& pid) {
  HighCopies copies;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  const int high_output = copies.add(output);
  ::posix_spawn_file_actions_adddup2(&actions, high_output, 1);
  ::posix_spawn_file_actions_adddup2(&actions, high_output, 2);
  int number = 3;
  for (const int descriptor : options.descriptors) {
    ::posix_spawn_file_actions_adddup2(&actions, copies.add(descriptor), number++);
  }
  if (!options.directory.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
  }
  sigset_t all;
  sigset_t none;
  ::sigfillset(&all);
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  const auto argv = pointers(options.argv);
  const auto environment = pointers(options.environment);
  const int error = ::posix_spawn(&pid, options.argv.front().c_str(), &actions, &attributes,
                                  argv.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

std::pair<int, int> make_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {-1, -1};
  return {ends[0], ends[1]};
}

int make_memory_file(const char* name, const std::string& text) {
  const int file = ::memfd_create(name, MFD_CLOEXEC);
  if (file < 0) return -1;
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(file, text.data() + written, text.size() - written);
    if (n <= 0) {
      ::close(file);
      return -1;
    }
    written += static_cast<size_t>(n);
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

// Handlers of the loop hold it: they may run after the owner is gone, and what they call may end
// it.
struct ChildProcess::State final : StreamOwner, std::enable_shared_from_this<State> {
  using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

  State(Loop& loop, pid_t child, int pidfd, int output, OnLine line, OnExit exit)
      : pid(child),
        ended(loop.executor(), pidfd),
        out(loop, output, *this),
        on_line(std::move(line)),
        on_exit(std::move(exit)) {}

  void wait_for_end() {
    ended.async_wait(Descriptor::wait_read, [self = shared_from_this()](ErrorCode error) {
      if (!error) self->reap();
    });
  }

  // One read a turn: whoever writes without end has to wait for the others.
  void on_readable() override {
    const auto self = shared_from_this();
    std::array<char, 4096> buffer;
    const auto got = out.read(buffer);
    if (got.status == Stream::Status::kWouldBlock) return;
    if (got.status == Stream::Status::kOk) return take({buffer.data(), got.bytes});
    out.stop_reading();
    finish_line();
  }

  void on_writable() override {}
  // Its end is told by the process.
  void on_broken() override { out.close(); }

  void take(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\n') {
        finish_line();
      } else if (partial.size() < kLineBytesMax) {
        partial.push_back(c);
      }
    }
  }

  void finish_line() {
    if (!partial.empty() && on_line) on_line(std::exchange(partial, {}));
    partial.clear();
  }

  // What it wrote last is read first: it says why.
  void reap() {
    int status = 0;
    if (!running || ::waitpid(pid, &status, WNOHANG) != pid) return;
    running = false;
    for (Stream::Transfer got{}; out.is_open();) {
      std::array<char, 4096> buffer;
      got = out.read(buffer);
      if (got.status != Stream::Status::kOk) break;
      take({buffer.data(), got.bytes});
    }
    finish_line();
    close();
    if (on_exit) std::exchange(on_exit, nullptr)(exit_text(status));
  }

  void close() {
    out.close();
    ErrorCode ignored;
    ended.close(ignored);
  }

  const pid_t pid;
  Descriptor ended;
  Stream out;
  OnLine on_line;
  OnExit on_exit;
  std::string partial;
  bool running = true;
};

ChildProcess::ChildProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}

base::Result<std::unique_ptr<ChildProcess>, std::string> ChildProcess::start(
    Loop& loop, const ChildOptions& options, OnLine on_line, OnExit on_exit) {
  const auto [ours, theirs] = make_socket_pair();
  if (ours < 0) return base::fail(std::string("out of descriptors"));
  pid_t pid = 0;
  const int error = spawn(options, theirs, pid);
  close_descriptor(theirs);
  if (error != 0) {
    close_descriptor(ours);
    return base::fail(options.argv.front() + ": " + std::strerror(error));
  }
  // The header of glibc 2.36 declares pidfd_open for C only.
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) {
    const std::string reason = std::strerror(errno);
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    close_descriptor(ours);
    return base::fail("it cannot be watched: " + reason);
  }
  auto state =
      std::make_shared<State>(loop, pid, pidfd, ours, std::move(on_line), std::move(on_exit));
  state->wait_for_end();
  return std::unique_ptr<ChildProcess>(new ChildProcess(std::move(state)));
}

ChildProcess::~ChildProcess() {
  state_->on_line = nullptr;
  state_->on_exit = nullptr;
  if (!state_->running) return;
  kill(SIGKILL);
  ::waitpid(state_->pid, nullptr, 0);
  state_->running = false;
  state_->close();
}

int ChildProcess::pid() const noexcept { return state_->pid; }

bool ChildProcess::running() const noexcept { return state_->running; }

size_t ChildProcess::resident_bytes() const {
  if (!running()) return 0;
  const std::string path = "/proc/" + std::to_string(pid()) + "/statm";
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (!file) return 0;
  unsigned long size = 0;
  unsigned long resident = 0;
  const int read = std::fscanf(file, "%lu %lu", &size, &resident);
  std::fclose(file);
  return read == 2 ? resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

void ChildProcess::kill(int signal) {
  if (running()) ::kill(-state_->pid, signal);
}

}  // namespace crema::net
