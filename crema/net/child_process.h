// A program that runs beside the server, and ends with it.
#pragma once

#include "crema/base/result.h"
#include "crema/net/loop.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace crema::net {

struct ChildOptions {
  std::vector<std::string> argv;         // The first is the program's path.
  std::vector<std::string> environment;  // "KEY=value", the whole of it.
  std::string directory;                 // Where it starts; empty: here.
  // What becomes its descriptors 3, 4, …; borrowed until `start` returns.
  std::vector<int> descriptors;
};

// Both ends of a connected Unix socket, closed on exec; {-1, -1} when descriptors ran out.
[[nodiscard]] std::pair<int, int> make_socket_pair();
// An unnamed file in memory that holds `text`, read from its start; -1 on failure.
[[nodiscard]] int make_memory_file(const char* name, const std::string& text);

// Loop thread only. In a process group of its own, so that a terminal's Ctrl-C is not for it, and
// so that what it started ends with it.
class ChildProcess {
 public:
  // A line that it wrote on stdout or stderr, cut at kLineBytesMax.
  using OnLine = std::function<void(std::string line)>;
  // Once, when it has ended: "exit code 1", "signal 6 (Aborted)". Not called after destruction.
  using OnExit = std::function<void(std::string how)>;

  // Errors: why it could not be started.
  [[nodiscard]] static base::Result<std::unique_ptr<ChildProcess>, std::string> start(
      Loop& loop, const ChildOptions& options, OnLine on_line, OnExit on_exit);

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  // Kills what still runs.
  ~ChildProcess();

  [[nodiscard]] int pid() const noexcept;
  [[nodiscard]] bool running() const noexcept;
  // Resident memory in bytes; 0 when it has ended.
  [[nodiscard]] size_t resident_bytes() const;
  // To its whole group; nothing once it has ended.
  void kill(int signal);

  static constexpr size_t kLineBytesMax = 4096;

 private:
  struct State;
  explicit ChildProcess(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace crema::net
