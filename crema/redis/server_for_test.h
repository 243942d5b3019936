// A real redis-server on a Unix socket in a folder of its own, for tests.
#pragma once

#include "crema/redis/address.h"

#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace crema::redis {

// Started by the constructor, or again after `kill`; the socket's path stays the same.
class ServerForTest {
 public:
  // `options` go to redis-server's command line. Throws when it does not get ready.
  explicit ServerForTest(std::vector<std::string> options = {}) : options_(std::move(options)) {
    char folder[] = "/tmp/crema_redis_XXXXXX";
    if (::mkdtemp(folder) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = folder;
    try {
      start();
    } catch (...) {
      clean_up();
      throw;
    }
  }
  ~ServerForTest() { clean_up(); }
  ServerForTest(const ServerForTest&) = delete;
  ServerForTest& operator=(const ServerForTest&) = delete;

  [[nodiscard]] Address address() const {
    Address address;
    address.endpoint.unix_path = folder_ + "/socket";
    return address;
  }

  // Returns when it accepts connections.
  void start() {
    int out[2];
    if (::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<std::string> words{"redis-server",
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   folder_ + "/socket",
                                   "--dir",
                                   folder_,
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no"};
    words.insert(words.end(), options_.begin(), options_.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // It does not outlive a test that crashes.
      ::dup2(out[1], STDOUT_FILENO);
      ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
    ::close(out[1]);
    wait_until_ready(out[0]);
  }

  // Ends it at once, as a crash would.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
    ::close(log_);
  }

  // It keeps its connections and answers nothing.
  void freeze() { ::kill(pid_, SIGSTOP); }
  void thaw() { ::kill(pid_, SIGCONT); }

 private:
  void clean_up() {
    kill();
    std::filesystem::remove_all(folder_);
  }

  void wait_until_ready(int log) {
    log_ = log;  // Kept open: the server goes on writing to it.
    std::string text;
    char bytes[512];
    pollfd readable{log, POLLIN, 0};
    while (text.find("eady to accept connections") == std::string::npos) {
      const bool has_more = ::poll(&readable, 1, 10'000) == 1;
      const ssize_t size = has_more ? ::read(log, bytes, sizeof bytes) : 0;
      if (size <= 0) throw std::runtime_error("redis-server does not start: " + text);
      text.append(bytes, static_cast<size_t>(size));
    }
  }

  const std::vector<std::string> options_;
  std::string folder_;
  pid_t pid_ = 0;
  int log_ = -1;
};

}  // namespace crema::redis
