#include "crema/library/target.h"

#include "crema/library/core.h"
#include "crema/library/guarded.h"
#include "crema/library/namespace_state.h"
#include "crema/library/remote_socket.h"
#include "crema/library/reserved.h"
#include "crema/library/shard_application.h"
#include "crema/library/socket_state.h"

#include <utility>

namespace crema {
namespace {

constexpr const char* kTimedOut = "operation has timed out";

void tell(const BroadcastCallback& callback, const socketio::BroadcastResult& result) {
  const AckResponses told(result.complete ? "" : kTimedOut, result.responses, result.attachments);
  (void)library::guarded("a broadcast's callback", [&] { callback(told); });
}

RemoteSocket remote_of(const std::shared_ptr<library::NamespaceState>& nsp,
                       socketio::SocketInfo found) {
  const auto& kept = *std::any_cast<library::Snapshot>(found.kept.get());
  Target itself = Target(nsp).to(found.id);
  return {std::move(found.id), std::move(found.rooms), kept.handshake, kept.data,
          std::move(itself)};
}

}  // namespace

Target Target::to(const Rooms& rooms) const {
  Target more = *this;
  more.rooms_.insert(more.rooms_.end(), rooms.names().begin(), rooms.names().end());
  return more;
}

Target Target::except(const Rooms& rooms) const {
  Target more = *this;
  more.except_.insert(more.except_.end(), rooms.names().begin(), rooms.names().end());
  return more;
}

Target Target::volatile_() const {
  Target more = *this;
  more.is_volatile_ = true;
  return more;
}

Target Target::timeout(std::chrono::milliseconds time) const {
  Target more = *this;
  more.timeout_ = time;
  return more;
}

void Target::with_adapter(
    const std::function<void(socketio::Adapter&, socketio::Selection)>& fn) const {
  const std::shared_ptr<library::Core> core = nsp_->core();
  if (!core) return;
  core->with_shard([nsp = nsp_, rooms = rooms_, except = except_, fn](server::Shard& shard) {
    if (!nsp->predicate) return fn(shard.adapter(), {nsp->name(), rooms, except});
    for (const auto& child : nsp->children()) fn(shard.adapter(), {child->name(), rooms, except});
  });
}

void Target::emit_encoded(std::string_view event, Encoder args) const {
  library::refuse_reserved(event);
  const auto compress = compress_ ? engineio::Compress::kYes : engineio::Compress::kNo;
  const auto attachments = socketio::make_attachments(args.attachments(), compress);
  const auto delivery = is_volatile_ ? socketio::Delivery::kVolatile : socketio::Delivery::kQueued;
  with_adapter([event = std::string(event), text = args.text(), attachments, delivery, compress](
                   socketio::Adapter& adapter, socketio::Selection to) {
    auto broadcast = socketio::make_broadcast(std::move(to), event, text, attachments);
    broadcast.delivery = delivery;
    broadcast.packet = broadcast.packet.with(compress);
    adapter.broadcast(std::move(broadcast));
  });
}

void Target::emit_with_ack(std::string_view event, Encoder args, BroadcastCallback callback) const {
  library::refuse_reserved(event);
  if (nsp_->predicate) throw std::logic_error("crema: no acknowledgements from all children");
  const std::shared_ptr<library::Core> core = nsp_->core();
  if (!core) return;
  const auto timeout = timeout_.count() != 0 ? timeout_ : core->options().ack_timeout;
  const auto attachments = socketio::make_attachments(args.attachments());
  core->with_shard([=, core = core.get(), nsp = nsp_, rooms = rooms_, except = except_,
                    event = std::string(event), text = args.text()](server::Shard& shard) {
    auto ended = [core, &shard, callback](const socketio::BroadcastResult& result) {
      const library::ShardApplication::Scope scope(*core, shard);
      tell(callback, result);
    };
    shard.adapter().broadcast_with_ack({nsp->name(), rooms, except}, event, text, attachments,
                                       timeout, std::move(ended));
  });
}

void Target::fetch_sockets(FetchCallback callback) const {
  if (nsp_->predicate) throw std::logic_error("crema: fetch_sockets() of a parent namespace");
  const std::shared_ptr<library::Core> core = nsp_->core();
  if (!core) return;
  core->with_shard([core = core.get(), nsp = nsp_, rooms = rooms_, except = except_,
                    callback = std::move(callback)](server::Shard& shard) {
    auto found = [core, &shard, nsp, callback](std::vector<socketio::SocketInfo> sockets) {
      const library::ShardApplication::Scope scope(*core, shard);
      std::vector<RemoteSocket> remote;
      for (auto& each : sockets) remote.push_back(remote_of(nsp, std::move(each)));
      (void)library::guarded("a fetch's callback", [&] { callback(std::move(remote)); });
    };
    shard.adapter().fetch_sockets({nsp->name(), rooms, except}, std::move(found));
  });
}

// The one answer, as a socket's own is told.
void RemoteSocket::emit_with_ack(std::string_view event, Encoder args, AckCallback callback) const {
  const auto told = [callback = std::move(callback)](const AckResponses& all) {
    if (all.size() == 0) {
      const std::string error = all.ok() ? "socket has been disconnected" : all.error();
      return callback(AckResult(error, {}, {}));
    }
    const auto attachments = all[0].attachments();
    callback(AckResult({}, {std::string(all[0].json())}, {attachments.begin(), attachments.end()}));
  };
  itself_.emit_with_ack(event, std::move(args), told);
}

void Target::sockets_join(const Rooms& rooms) const {
  with_adapter([rooms = rooms.names()](socketio::Adapter& adapter, socketio::Selection who) {
    adapter.add_sockets(std::move(who), rooms);
  });
}

void Target::sockets_leave(const Rooms& rooms) const {
  with_adapter([rooms = rooms.names()](socketio::Adapter& adapter, socketio::Selection who) {
    adapter.del_sockets(std::move(who), rooms);
  });
}

void Target::disconnect_sockets() const {
  with_adapter([](socketio::Adapter& adapter, socketio::Selection who) {
    adapter.disconnect_sockets(std::move(who), socketio::Disconnect::kNamespace);
  });
}

void Target::close_sockets() const {
  with_adapter([](socketio::Adapter& adapter, socketio::Selection who) {
    adapter.disconnect_sockets(std::move(who), socketio::Disconnect::kConnection);
  });
}

}  // namespace crema
