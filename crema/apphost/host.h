// One process that runs handlers, from its start to its end.
#pragma once

#include "crema/apphost/app_files.h"
#include "crema/apphost/channel.h"
#include "crema/apphost/config.h"
#include "crema/apphost/host_program.h"
#include "crema/base/timing_wheel.h"
#include "crema/hostwire/host_message.h"
#include "crema/net/child_process.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace crema::apphost {

class Host;

// Why a host ended, and whose fault it was.
struct HostEnd {
  std::string reason;
  std::string app;   // Empty: nobody's that is known.
  std::string file;  // The line that ran, as "apps/chat/realtime/handlers.js:12", or empty.
};

// Loop thread only. A host may be destroyed in none of these calls.
class HostOwner {
 public:
  virtual void on_host_message(Host& host, const hostwire::HostMessage& message,
                               const hostwire::FrameView& frame) = 0;
  // Once, unless `shut_down` was called; nothing follows.
  virtual void on_host_ended(Host& host, const HostEnd& end) = 0;

 protected:
  ~HostOwner() = default;
};

//   start ──hello──► loading ──ready──► running
//     │                │                  │  no pong, memory: asked where; protocol error; exit
//     └────────────────┴──────────────────┴────────────────────────────► ended
//
// Loop thread only.
class Host final : base::WheelEntry {
 public:
  // Borrows `loop`, `config` and `owner` for life.
  Host(uint64_t id, net::Loop& loop, const Config& config, HostProgram program,
       std::vector<AppFile> apps, HostOwner& owner);
  ~Host() override;

  // Errors: why there is no process.
  [[nodiscard]] base::Result<void, std::string> start();
  // Tells it to end and gives it kShutdownMax; the owner hears no more.
  void shut_down();

  // Never used again by another.
  [[nodiscard]] uint64_t id() const noexcept { return id_; }
  [[nodiscard]] const std::vector<AppFile>& apps() const noexcept { return apps_; }
  // Whether what is sent reaches it.
  [[nodiscard]] bool accepts() const noexcept {
    return state_ == State::kStarting || state_ == State::kRunning;
  }
  [[nodiscard]] base::Duration running_for() const;

  [[nodiscard]] bool ended() const noexcept { return state_ == State::kEnded; }
  // False beyond kLogLinesPerSecond.
  [[nodiscard]] bool may_log();

  // A socket, as it is at its start: bounded by the sockets that there are.
  void open(std::string_view frame);
  // What must reach it; what waits beyond kWaitingBytesFatal ends it.
  void send(std::string_view frame);
  // False: dropped and counted, because kWaitingBytesMax wait.
  bool send_event(std::string_view frame);

  // It broke the protocol: it ends, and the app that ran last is charged.
  void violated(std::string_view reason);

  // The sites that it was told of.
  std::unordered_set<std::string> sites;
  // Calls that have no answer yet.
  size_t calls = 0;

 private:
  enum class State : uint8_t { kStarting, kRunning, kFailing, kEnded };

  void on_frame(const hostwire::FrameView& frame);
  void on_watch_frame(const hostwire::FrameView& frame);
  void on_line(std::string line);
  void on_expired(base::TimePoint now) override;
  void look();
  // Asks the watch channel which code runs, then ends the process.
  void fail_and_ask(std::string reason);
  void fail(std::string reason);
  void exited(const std::string& how);
  void look_again_in(base::Duration time);
  [[nodiscard]] std::string app_in_slot() const;

  // Fixed at construction.
  const uint64_t id_;
  net::Loop& loop_;
  const Config& config_;
  const HostProgram program_;
  const std::vector<AppFile> apps_;
  HostOwner& owner_;

  // Owned by the loop's thread.
  State state_ = State::kStarting;
  bool silent_ = false;  // It was told to end: the owner hears no more.
  int slot_ = -1;
  std::unique_ptr<net::ChildProcess> process_;
  std::unique_ptr<Channel> main_;
  std::unique_ptr<Channel> watch_;
  std::string scratch_;
  std::string last_line_;
  HostEnd end_;
  base::TimePoint started_;
  std::optional<base::TimePoint> pinged_;  // A ping has no answer yet.
  uint64_t ping_ = 0;
  size_t opened_bytes_ = 0;     // Of sockets that were opened and may wait to be read.
  base::TimePoint log_second_;  // When the present second of the log began.
  size_t log_lines_ = 0;
};

}  // namespace crema::apphost
