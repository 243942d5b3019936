// Apps' own event handlers: which host serves which socket, and what hosts may do.
// Source: docs/protocol/apphost.md; spec/frappe-realtime.md 8.
#pragma once

#include "crema/apphost/app_files.h"
#include "crema/apphost/config.h"
#include "crema/apphost/host_commands.h"
#include "crema/apphost/host_group.h"
#include "crema/apphost/mirror.h"
#include "crema/frappe/custom_handlers.h"
#include "crema/frappe/services.h"
#include "crema/server/server.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace crema::apphost {

// The home shard's thread, but for what CustomHandlers says. No host runs until a socket of a site
// with such an app connects.
class AppHosts final : public frappe::CustomHandlers, public HostOwner {
 public:
  // Borrows `server` and `services` for life. Looks for the apps' files.
  AppHosts(server::Server& server, const frappe::Services& services, Config config);
  ~AppHosts() override;

  // Looks for the apps' files again and has all of them loaded anew; connections stay.
  void reload();
  // {"apps": [{"app", "file", "error"}]} as JSON: `error` is what the log has of a file that did
  // not load.
  [[nodiscard]] std::string describe() const;

  void on_connected(server::Shard& shard, socketio::Socket& socket) override;
  void on_event(server::Shard& shard, socketio::Socket& socket,
                const socketio::Event& event) override;
  void on_joined(server::Shard& shard, socketio::Socket& socket, std::string_view room) override;
  void on_left(server::Shard& shard, socketio::Socket& socket, std::string_view room) override;
  void on_disconnected(server::Shard& shard, socketio::Socket& socket,
                       std::string_view reason) override;

 private:
  void on_host_message(Host& host, const hostwire::HostMessage& message,
                       const hostwire::FrameView& frame) override;
  void on_host_ended(Host& host, const HostEnd& end) override;

  void build_groups(AppFiles files);
  void add_group(Language language, std::vector<AppFile> apps);
  [[nodiscard]] HostGroup* group_of(const Host& host);
  [[nodiscard]] bool has_handlers(const std::vector<std::string>& installed);
  void opened(MirroredSocket socket);
  void open_to(HostGroup& group, const MirroredSocket& socket, bool again);
  void open_all_to(HostGroup& group);
  void room_changed(server::Shard& shard, socketio::Socket& socket, std::string_view room,
                    std::string_view type);
  void loaded(const hostwire::HostMessage& message);
  template <class F>
  void each_group_of(const MirroredSocket& socket, const F& fn);
  void retire(std::unique_ptr<Host> host);

  // Fixed at construction.
  server::Server& server_;
  server::Shard& home_;
  const frappe::Services& services_;
  const Config config_;

  // Owned by the home shard's thread.
  AppFiles files_;
  Mirror mirror_;
  HostCommands commands_;
  std::vector<std::unique_ptr<HostGroup>> groups_;
  std::vector<std::unique_ptr<Host>> retired_;
  std::unordered_map<std::string, unsigned> strikes_;  // By app.
  std::map<std::string, std::string> load_errors_;

  // Shared.
  std::mutex mutex_;
  std::unordered_set<std::string> names_;  // Guarded by mutex_: apps that have handlers.
  std::atomic<bool> told_of_version_ = false;
};

}  // namespace crema::apphost
