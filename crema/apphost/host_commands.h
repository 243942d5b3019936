// What hosts have done to sockets: emits, rooms, answers, permissions. Whatever a host says, it
// reaches sockets of the sites that it was told of, and no others.
#pragma once

#include "crema/apphost/host.h"
#include "crema/apphost/mirror.h"
#include "crema/frappe/services.h"
#include "crema/server/server.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace crema::apphost {

// The host whose command runs on this thread; 0: none. Its own joins are not told to it.
[[nodiscard]] uint64_t acting_host();

// Home shard only.
class HostCommands {
 public:
  // The host of that id, while it runs.
  using FindHost = std::function<Host*(uint64_t id)>;

  // Borrows all for life.
  HostCommands(server::Server& server, const frappe::Services& services, Mirror& mirror,
               FindHost find_host);

  // A message about a site or a socket.
  void run(Host& host, const hostwire::HostMessage& message, const hostwire::FrameView& frame);

 private:
  // The answer to one call of a host, from any thread, once.
  class Answer;

  void emit(Host& host, const hostwire::HostMessage& message, const hostwire::FrameView& frame);
  void emit_to_socket(Host& host, const hostwire::HostMessage& message,
                      socketio::Attachments attachments);
  void emit_to_rooms(Host& host, const hostwire::HostMessage& message,
                     socketio::Attachments attachments);
  void acknowledge(const hostwire::HostMessage& message, const hostwire::FrameView& frame);
  void join(Host& host, const hostwire::HostMessage& message);
  void leave(Host& host, const hostwire::HostMessage& message);
  void disconnect(const hostwire::HostMessage& message);
  void permission(Host& host, const hostwire::HostMessage& message);
  // False: it has too many under way, and was answered so.
  [[nodiscard]] bool begin_call(Host& host, std::string_view type, uint64_t call);
  void answer(uint64_t host, const std::string& frame);
  // Calls fn(shard, socket) on the socket's shard, if it is still there.
  template <class F>
  void on_socket(std::string_view site, std::string_view id, F fn);

  server::Server& server_;
  server::Shard& home_;
  const frappe::Services& services_;
  Mirror& mirror_;
  const FindHost find_host_;
};

}  // namespace crema::apphost
