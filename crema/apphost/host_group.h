// Apps that share one process, and the processes that they have had.
#pragma once

#include "crema/apphost/app_files.h"
#include "crema/apphost/host.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::apphost {

// Loop thread only.
class HostGroup final : base::WheelEntry {
 public:
  // Borrows `loop`, `config` and `owner` for life. `opened` is called when a host has been started,
  // to open the sockets to it.
  HostGroup(net::Loop& loop, const Config& config, HostProgram program, std::vector<AppFile> apps,
            HostOwner& owner, std::function<void(HostGroup&)> opened);
  ~HostGroup() override = default;

  [[nodiscard]] const std::vector<AppFile>& apps() const noexcept { return apps_; }
  [[nodiscard]] const HostProgram& program() const noexcept { return program_; }
  // Null when none runs.
  [[nodiscard]] Host* host() const noexcept { return host_.get(); }
  [[nodiscard]] bool serves(const std::vector<std::string>& installed) const;
  [[nodiscard]] bool has(std::string_view app) const;

  // Starts a host unless one runs or is about to.
  void want();
  // Gives an app to somebody else; while no host runs.
  [[nodiscard]] AppFile take(std::string_view app);
  // The host has ended: the next one starts after a delay, which is returned. The caller keeps the
  // old one until this turn's calls have returned.
  [[nodiscard]] base::Duration restart_later(std::unique_ptr<Host>& ended);
  // Gives the host away, and starts none by itself.
  [[nodiscard]] std::unique_ptr<Host> release();
  // To the running host: its files anew. Starts one that waits.
  void reload();

  void send(std::string_view frame);
  // Waits while no host runs, within kWaitingBytesMax.
  void send_event(std::string_view frame);

 private:
  void on_expired(base::TimePoint now) override;
  void start();

  // Fixed at construction.
  net::Loop& loop_;
  const Config& config_;
  const HostProgram program_;
  HostOwner& owner_;
  const std::function<void(HostGroup&)> opened_;

  // Owned by the loop's thread.
  std::vector<AppFile> apps_;
  std::unique_ptr<Host> host_;
  std::string waiting_;  // Frames of events.
  base::Duration delay_{0};
};

}  // namespace crema::apphost
