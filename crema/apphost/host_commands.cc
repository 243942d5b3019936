#include "crema/apphost/host_commands.h"

#include "crema/apphost/counters.h"
#include "crema/apphost/server_message.h"
#include "crema/frappe/run_on.h"
#include "crema/socketio/attachments.h"
#include "crema/socketio/packet.h"

#include <algorithm>
#include <utility>

namespace crema::apphost {
namespace {

using hostwire::HostMessage;
using hostwire::HostMessageType;

thread_local uint64_t acting = 0;

class Acting {
 public:
  explicit Acting(uint64_t host) { acting = host; }
  Acting(const Acting&) = delete;
  Acting& operator=(const Acting&) = delete;
  ~Acting() { acting = 0; }
};

std::string joined_args(const HostMessage& message) {
  return std::string(message.args.substr(1, message.args.size() - 2));
}

std::vector<std::string> copies(const hostwire::FrameView& frame) {
  return {frame.attachments.begin(), frame.attachments.end()};
}

base::Duration ack_time(const HostMessage& message) {
  if (message.timeout_ms == 0) return kAckMax;
  return std::min<base::Duration>(base::Duration(message.timeout_ms), kAckMax);
}

std::string_view to_text(socketio::Acknowledgement::Status status) {
  return status == socketio::Acknowledgement::Status::kTimeout ? "timeout" : "disconnected";
}

std::string acked_frame(uint64_t call, const socketio::Acknowledgement& ack) {
  Head head("acked");
  head.number("call", call);
  if (ack.status != socketio::Acknowledgement::Status::kAnswered) {
    return head.text("error", to_text(ack.status)).frame();
  }
  return head.array("args", ack.args).frame(ack.attachments);
}

// A frame has room for kAnswersBytesMax of them: the others are null, and counted.
std::string acked_frame(uint64_t call, const socketio::BroadcastResult& result) {
  static const std::vector<std::string> kNone;
  std::vector<json::Slice> responses;
  std::vector<std::string> attachments;
  std::vector<size_t> counts;
  size_t bytes = 0;
  for (size_t i = 0; i < result.responses.size(); ++i) {
    const auto& own = i < result.attachments.size() ? result.attachments[i] : kNone;
    size_t size = result.responses[i].size();
    for (const std::string& attachment : own) size += attachment.size();
    const bool fits = bytes + size <= kAnswersBytesMax;
    if (!fits) kAnswersDropped.add();
    responses.push_back(fits ? json::Slice(result.responses[i]) : json::Slice("null"));
    counts.push_back(fits ? own.size() : 0);
    if (!fits) continue;
    bytes += size;
    attachments.insert(attachments.end(), own.begin(), own.end());
  }
  Head head("acked");
  head.number("call", call).flag("complete", result.complete).array("args", responses);
  if (!attachments.empty()) head.numbers("attachments", counts);
  return head.frame(attachments);
}

}  // namespace

uint64_t acting_host() { return acting; }

HostCommands::HostCommands(server::Server& server, const frappe::Services& services, Mirror& mirror,
                           FindHost find_host)
    : server_(server),
      home_(server.home()),
      services_(services),
      mirror_(mirror),
      find_host_(std::move(find_host)) {}

void HostCommands::run(Host& host, const HostMessage& message, const hostwire::FrameView& frame) {
  if (!host.sites.contains(message.site)) {
    kForeignSites.add();
    return host.violated("it speaks of a site that is not its own");
  }
  switch (message.type) {
    case HostMessageType::kEmit:
      return emit(host, message, frame);
    case HostMessageType::kAck:
      return acknowledge(message, frame);
    case HostMessageType::kJoin:
      return join(host, message);
    case HostMessageType::kLeave:
      return leave(host, message);
    case HostMessageType::kDisconnect:
      return disconnect(message);
    case HostMessageType::kPermission:
      return permission(host, message);
    default:
      return host.violated("a message does not belong here");
  }
}

template <class F>
void HostCommands::on_socket(std::string_view site, std::string_view id, F fn) {
  const MirroredSocket* mirrored = mirror_.find(site, id);
  if (!mirrored) return;
  server::Shard& shard = *server_.shards()[mirrored->shard];
  auto work = [&shard, nsp = "/" + std::string(site), id = std::string(id), fn = std::move(fn)] {
    if (socketio::Socket* socket = shard.hub().find(nsp, id)) fn(shard, *socket);
  };
  frappe::run_on(home_, shard, std::move(work));
}

bool HostCommands::begin_call(Host& host, std::string_view type, uint64_t call) {
  if (host.calls < kCallsMax) {
    ++host.calls;
    return true;
  }
  kCallsRefused.add();
  host.send(Head(type).number("call", call).text("error", "too many calls are under way").frame());
  return false;
}

void HostCommands::answer(uint64_t id, const std::string& frame) {
  Host* host = find_host_(id);
  if (!host) return;
  --host->calls;
  host->send(frame);
}

void HostCommands::emit(Host& host, const HostMessage& message, const hostwire::FrameView& frame) {
  const auto count = static_cast<unsigned>(frame.attachments.size());
  if (socketio::is_reserved_event(message.event) ||
      !socketio::placeholders_fit(message.args, count)) {
    return host.violated("an event has a reserved name, or names an attachment that did not come");
  }
  if (message.call && !begin_call(host, "acked", *message.call)) return;
  socketio::Attachments attachments;
  if (count != 0) attachments = socketio::make_attachments(copies(frame));
  if (message.socket.empty()) return emit_to_rooms(host, message, std::move(attachments));
  emit_to_socket(host, message, std::move(attachments));
}

void HostCommands::emit_to_socket(Host& host, const HostMessage& message,
                                  socketio::Attachments attachments) {
  if (!message.call) {
    const auto delivery =
        message.is_volatile ? socketio::Delivery::kVolatile : socketio::Delivery::kQueued;
    return on_socket(message.site, message.socket,
                     [event = message.event, args = joined_args(message), attachments, delivery](
                         server::Shard&, socketio::Socket& socket) {
                       socket.emit(event, args, attachments, delivery);
                     });
  }
  const uint64_t call = *message.call;
  auto tell = [this, id = host.id(), call](const socketio::Acknowledgement& ack) {
    home_.loop().post([this, id, frame = acked_frame(call, ack)] { answer(id, frame); });
  };
  const socketio::Acknowledgement gone{.status = socketio::Acknowledgement::Status::kDisconnected};
  const MirroredSocket* mirrored = mirror_.find(message.site, message.socket);
  if (!mirrored) return tell(gone);
  server::Shard& shard = *server_.shards()[mirrored->shard];
  auto send = [&shard, tell, gone, nsp = "/" + message.site, id = message.socket,
               event = message.event, args = joined_args(message), attachments,
               time = ack_time(message)] {
    socketio::Socket* socket = shard.hub().find(nsp, id);
    if (!socket || !socket->emit_with_ack(event, args, attachments, time, tell)) tell(gone);
  };
  frappe::run_on(home_, shard, std::move(send));
}

void HostCommands::emit_to_rooms(Host& host, const HostMessage& message,
                                 socketio::Attachments attachments) {
  const socketio::Selection to{
      .nsp = "/" + message.site, .rooms = message.rooms, .except = message.except};
  const std::string args = joined_args(message);
  if (!message.call) {
    auto broadcast = socketio::make_broadcast(to, message.event, args, std::move(attachments));
    if (message.is_volatile) broadcast.delivery = socketio::Delivery::kVolatile;
    home_.broadcast(std::move(broadcast));
    return;
  }
  auto tell = [this, id = host.id(),
               call = *message.call](const socketio::BroadcastResult& result) {
    answer(id, acked_frame(call, result));
  };
  home_.adapter().broadcast_with_ack(to, message.event, args, std::move(attachments),
                                     ack_time(message), std::move(tell));
}

void HostCommands::acknowledge(const HostMessage& message, const hostwire::FrameView& frame) {
  socketio::Attachments attachments;
  if (!frame.attachments.empty()) attachments = socketio::make_attachments(copies(frame));
  on_socket(message.site, message.socket,
            [ack = message.ack, args = joined_args(message), attachments](
                server::Shard&, socketio::Socket& socket) { socket.ack(ack, args, attachments); });
}

// A broadcast that the host sends next is to reach the socket: its shard is announced first.
void HostCommands::join(Host& host, const HostMessage& message) {
  const MirroredSocket* mirrored = mirror_.find(message.site, message.socket);
  if (!mirrored) return;
  const std::string nsp = "/" + message.site;
  server::Shard& shard = *server_.shards()[mirrored->shard];
  for (const std::string& room : message.rooms) home_.expect_room(shard.index(), nsp, room);
  auto refused = [this, id = host.id(), site = message.site,
                  socket = message.socket](const std::string& room) {
    const std::vector<std::string> rooms{room};
    const std::string frame =
        Head("leave").text("site", site).text("socket", socket).texts("rooms", rooms).frame();
    home_.loop().post([this, id, frame] {
      if (Host* still = find_host_(id)) still->send(frame);
    });
  };
  auto work = [&shard, nsp, id = message.socket, rooms = message.rooms, host = host.id(), refused] {
    const Acting acting(host);
    socketio::Socket* socket = shard.hub().find(nsp, id);
    for (const std::string& room : rooms) {
      if (socket && !socket->join(room)) refused(room);
      shard.settle_room(nsp, room);
    }
  };
  frappe::run_on(home_, shard, std::move(work));
}

void HostCommands::leave(Host& host, const HostMessage& message) {
  on_socket(message.site, message.socket,
            [rooms = message.rooms, id = host.id()](server::Shard&, socketio::Socket& socket) {
              const Acting acting(id);
              for (const std::string& room : rooms) socket.leave(room);
            });
}

void HostCommands::disconnect(const HostMessage& message) {
  const auto how =
      message.close ? socketio::Disconnect::kConnection : socketio::Disconnect::kNamespace;
  on_socket(message.site, message.socket,
            [how](server::Shard&, socketio::Socket& socket) { socket.disconnect(how); });
}

void HostCommands::permission(Host& host, const HostMessage& message) {
  const uint64_t call = *message.call;
  if (!begin_call(host, "permitted", call)) return;
  const uint64_t id = host.id();
  const MirroredSocket* mirrored = mirror_.find(message.site, message.socket);
  if (!mirrored) {
    return answer(id, Head("permitted").number("call", call).flag("allowed", false).frame());
  }
  auto done = [this, id, call](const frappe::PermissionAnswer& told) {
    using Kind = frappe::PermissionAnswer::Kind;
    Head head("permitted");
    head.number("call", call).flag("allowed", told.kind == Kind::kAllowed);
    if (!told.reason.empty()) head.text("error", told.reason);
    answer(id, head.frame());
  };
  services_.permission->check({mirrored->user->credential(), message.doctype, message.name},
                              std::move(done));
}

}  // namespace crema::apphost
