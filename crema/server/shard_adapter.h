// The adapter of one process: what is told on one shard reaches the sockets of all of them.
#pragma once

#include "crema/server/room_directory.h"
#include "crema/socketio/adapter.h"

#include <functional>
#include <string>
#include <vector>

namespace crema::server {

class Shard;

// Shard thread only. Sockets of this shard are served before a function returns, those of others
// in the order of the calls.
class ShardAdapter final : public socketio::Adapter {
 public:
  // Borrows both for life.
  ShardAdapter(Shard& shard, const RoomDirectory& directory);

  unsigned server_count() const override { return 1; }
  void broadcast(socketio::Broadcast broadcast) override;
  void broadcast_with_ack(socketio::Selection to, std::string event, std::string args,
                          socketio::Attachments attachments, base::Duration timeout,
                          socketio::BroadcastHandler handler) override;
  void add_sockets(socketio::Selection selection, std::vector<std::string> rooms) override;
  void del_sockets(socketio::Selection selection, std::vector<std::string> rooms) override;
  void disconnect_sockets(socketio::Selection selection, socketio::Disconnect how) override;
  void fetch_sockets(socketio::Selection selection, socketio::FetchHandler handler) override;

 private:
  // Runs it on the thread of each.
  void on_shards(ShardSet shards, const std::function<void(Shard&)>& fn);

  Shard& shard_;
  const RoomDirectory& directory_;
};

}  // namespace crema::server
