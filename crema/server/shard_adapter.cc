#include "crema/server/shard_adapter.h"

#include "crema/server/shard.h"
#include "crema/socketio/broadcast_acks.h"

#include <bit>
#include <memory>
#include <utility>

namespace crema::server {

using socketio::Acknowledgement;
using socketio::Selection;

namespace {

// What one fetch has found so far. Of the asking shard's thread.
struct Fetch {
  std::vector<socketio::SocketInfo> found;
  int shards_waited_for;
  socketio::FetchHandler handler;

  void add(std::vector<socketio::SocketInfo> more) {
    std::move(more.begin(), more.end(), std::back_inserter(found));
    if (--shards_waited_for == 0) std::exchange(handler, nullptr)(std::move(found));
  }
};

}  // namespace

ShardAdapter::ShardAdapter(Shard& shard, const RoomDirectory& directory)
    : shard_(shard), directory_(directory) {}

void ShardAdapter::on_shards(ShardSet shards, const std::function<void(Shard&)>& fn) {
  const ShardSet mine = ShardSet{1} << shard_.index();
  for (ShardSet others = shards & ~mine; others != 0; others &= others - 1) {
    Shard& other = shard_.peer(static_cast<unsigned>(std::countr_zero(others)));
    other.loop().post([&other, fn] { fn(other); });
  }
  if (shards & mine) fn(shard_);
}

void ShardAdapter::broadcast(socketio::Broadcast broadcast) {
  shard_.broadcast(std::move(broadcast));
}

// The answers come home one by one; so does the number of receivers of every shard, ahead of them.
void ShardAdapter::broadcast_with_ack(Selection to, std::string event, std::string args,
                                      socketio::Attachments attachments, base::Duration timeout,
                                      socketio::BroadcastHandler handler) {
  const ShardSet shards = directory_.shards_of(to);
  auto acks = std::make_shared<socketio::BroadcastAcks>(static_cast<size_t>(std::popcount(shards)),
                                                        std::move(handler));
  if (shards == 0) return;
  net::Loop& home = shard_.loop();
  const auto go_home = [&home](auto fn) {
    if (home.is_this_thread()) return fn();
    home.post(std::move(fn));
  };
  socketio::BroadcastAck ack;
  ack.id = shard_.hub().next_ack_id(to.nsp);
  ack.timeout = timeout;
  ack.reached = [acks, go_home](size_t n) { go_home([acks, n] { acks->reached(n); }); };
  ack.ended = [acks, go_home](const Acknowledgement& told) {
    if (told.status != Acknowledgement::Status::kAnswered) return go_home([acks] { acks->lost(); });
    std::string arg(told.args.empty() ? json::Slice("null") : told.args[0]);
    std::vector<std::string> bytes(told.attachments.begin(), told.attachments.end());
    go_home([acks, arg = std::move(arg), bytes = std::move(bytes)]() mutable {
      acks->answered(std::move(arg), std::move(bytes));
    });
  };
  const auto broadcast = std::make_shared<const socketio::Broadcast>(
      make_broadcast(std::move(to), event, args, std::move(attachments),
                     std::make_shared<const socketio::BroadcastAck>(std::move(ack))));
  on_shards(shards, [broadcast](Shard& shard) { shard.deliver(*broadcast); });
}

// The directory knows of the rooms before this returns, so that what follows reaches them.
void ShardAdapter::add_sockets(Selection selection, std::vector<std::string> rooms) {
  const ShardSet shards = directory_.shards_of(selection);
  for (ShardSet rest = shards; rest != 0; rest &= rest - 1) {
    const auto each = static_cast<unsigned>(std::countr_zero(rest));
    for (const std::string& room : rooms) shard_.expect_room(each, selection.nsp, room);
  }
  on_shards(shards, [selection, rooms = std::move(rooms)](Shard& shard) {
    shard.hub().join(selection, rooms);
    for (const std::string& room : rooms) shard.settle_room(selection.nsp, room);
  });
}

void ShardAdapter::del_sockets(Selection selection, std::vector<std::string> rooms) {
  on_shards(directory_.shards_of(selection), [selection, rooms = std::move(rooms)](Shard& shard) {
    shard.hub().leave(selection, rooms);
  });
}

void ShardAdapter::disconnect_sockets(Selection selection, socketio::Disconnect how) {
  on_shards(directory_.shards_of(selection),
            [selection, how](Shard& shard) { shard.hub().disconnect(selection, how); });
}

void ShardAdapter::fetch_sockets(Selection selection, socketio::FetchHandler handler) {
  const ShardSet shards = directory_.shards_of(selection);
  if (shards == 0) return handler({});
  const auto fetch = std::make_shared<Fetch>(Fetch{{}, std::popcount(shards), std::move(handler)});
  net::Loop& home = shard_.loop();
  on_shards(shards, [selection, fetch, &home](Shard& shard) {
    auto found = shard.hub().fetch(selection);
    if (home.is_this_thread()) return fetch->add(std::move(found));
    home.post([fetch, found = std::move(found)]() mutable { fetch->add(std::move(found)); });
  });
}

}  // namespace crema::server
