#include "crema/frappe/realtime.h"

#include "crema/base/log.h"
#include "crema/frappe/admission.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/publish/room_names.h"

namespace crema::frappe {
namespace {

void count(Refusal::Reason reason) {
  switch (reason) {
    case Refusal::Reason::kNamespace:
      return kAuthNamespace.add();
    case Refusal::Reason::kOrigin:
      return kAuthOrigin.add();
    case Refusal::Reason::kNoCredential:
      return kAuthCredential.add();
  }
}

// Runs `work` on the home shard's thread, where the services live.
template <class Work>
void at_home(server::Shard& from, server::Shard& home, Work work) {
  if (&from == &home) return work();
  home.loop().post(std::move(work));
}

}  // namespace

Realtime::Realtime(server::Shard& shard, const Services& services)
    : shard_(shard), services_(services) {}

// "/" is open to everybody and receives nothing: a health check. Source: 1.4.
bool Realtime::has_namespace(std::string_view nsp) {
  if (nsp == "/" || services_.is_site(nsp.substr(1), shard_.loop().now())) return true;
  kAuthNamespace.add();
  log::warn("a client asks for what is no site of this bench", {{"site", nsp.substr(1)}});
  return false;
}

void Realtime::on_connect(const socketio::ConnectRequest& request) {
  if (request.nsp == "/") {
    shard_.hub().accept(request.ticket, nullptr);
    return;
  }
  auto admitted = admit(request.nsp, *request.handshake, services_.config);
  if (!admitted) {
    const Refusal& refusal = admitted.error();
    count(refusal.reason);
    log::warn("a client was refused", {{"site", request.nsp.substr(1)},
                                       {"reason", refusal.message},
                                       {"detail", refusal.detail},
                                       {"ip", request.handshake->address}});
    shard_.hub().refuse(request.ticket, refusal.message);
    return;
  }
  server::Shard& home = *services_.home;
  auto ask = [this, &home, ticket = request.ticket, credential = std::move(*admitted)] {
    auto told = [this, &home, ticket, credential](const IdentityAnswer& answer) {
      at_home(home, shard_,
              [this, ticket, credential, answer] { identified(ticket, credential, answer); });
    };
    services_.identity->identify(credential, std::move(told));
  };
  at_home(shard_, home, std::move(ask));
}

void Realtime::identified(socketio::ConnectTicket ticket, const Credential& credential,
                          const IdentityAnswer& answer) {
  socketio::Hub& hub = shard_.hub();
  switch (answer.kind) {
    case IdentityAnswer::Kind::kKnown:
      if (hub.accept(ticket, std::make_shared<const SocketUser>(credential, answer.info))) {
        kAuthAccepted.add();
      }
      return;
    case IdentityAnswer::Kind::kUnavailable:
      if (!hub.close(ticket)) return;
      kAuthUnavailable.add();
      log::warn("a client was sent away to come back: the web process did not answer",
                {{"site", credential.site}, {"reason", answer.reason}});
      return;
    case IdentityAnswer::Kind::kEmpty:
    case IdentityAnswer::Kind::kRefused:
      if (!hub.refuse(ticket, "Unauthorized: " + answer.reason)) return;
      kAuthWeb.add();
      log::warn("a client was refused", {{"site", credential.site}, {"reason", answer.reason}});
      return;
  }
}

void Realtime::on_connected(socketio::Socket& socket) {
  const auto* user = static_cast<const SocketUser*>(socket.data());
  if (!user) return;
  socket.join(publish::user_room(user->info.user));
  socket.join(publish::kWebsiteRoom);
  if (user->info.user_type == "System User") socket.join(publish::kAllRoom);
}

void Realtime::on_event(socketio::Socket& socket, const socketio::Event& event) {
  if (!socket.data()) return;  // In "/".
  if (const auto handler = handlers::find(event.name)) handler(*this, socket, event);
}

void Realtime::on_disconnected(socketio::Socket& socket, std::string_view) {
  const auto first = checks_.lower_bound({socket.id(), {}});
  auto last = first;
  while (last != checks_.end() && last->first.first == socket.id()) ++last;
  checks_.erase(first, last);
}

size_t Realtime::undecided(const std::string& socket_id) const {
  size_t count = 0;
  auto at = checks_.lower_bound({socket_id, {}});
  for (; at != checks_.end() && at->first.first == socket_id; ++at) ++count;
  return count;
}

void Realtime::subscribe(socketio::Socket& socket, std::string doctype, std::string name,
                         std::string room) {
  // A room that cannot be joined is not asked about.
  if (socket.in(room) || room.size() > shard_.hub().config().room_name_bytes_max) return;
  const CheckKey key{socket.id(), std::move(room)};
  if (const auto asked = checks_.find(key); asked != checks_.end()) {
    asked->second = Check::kWanted;
    return;
  }
  if (undecided(socket.id()) >= kPendingChecksMax) {
    kChecksTooMany.add();
    log::warn("a subscription was ignored: too many are undecided",
              {{"site", socket.nsp().name().substr(1)}});
    return;
  }
  checks_.emplace(key, Check::kWanted);
  const auto& user = static_cast<const SocketUser&>(*socket.data());
  ask(socket.nsp().name(), key, {user.credential, std::move(doctype), std::move(name)});
}

void Realtime::ask(const std::string& nsp, const CheckKey& key, PermissionQuestion question) {
  server::Shard& home = *services_.home;
  auto ask_there = [this, &home, nsp, key, question = std::move(question)] {
    auto told = [this, &home, nsp, key](const PermissionAnswer& answer) {
      at_home(home, shard_, [this, nsp, key, answer] { checked(nsp, key, answer); });
    };
    services_.permission->check(question, std::move(told));
  };
  at_home(shard_, home, std::move(ask_there));
}

void Realtime::checked(const std::string& nsp, const CheckKey& key,
                       const PermissionAnswer& answer) {
  const auto check = checks_.extract(key);
  if (check.empty()) return;  // The socket is gone.
  using Kind = PermissionAnswer::Kind;
  if (answer.kind == Kind::kFailed) {
    kChecksFailed.add();
    log::warn("a permission could not be checked",
              {{"site", nsp.substr(1)}, {"reason", answer.reason}});
    return;
  }
  (answer.kind == Kind::kAllowed ? kChecksAllowed : kChecksDenied).add();
  if (answer.kind != Kind::kAllowed || check.mapped() == Check::kCancelled) return;
  if (socketio::Socket* socket = shard_.hub().find(nsp, key.first)) socket->join(key.second);
}

void Realtime::unsubscribe(socketio::Socket& socket, const std::string& room) {
  const auto asked = checks_.find({socket.id(), room});
  if (asked != checks_.end()) asked->second = Check::kCancelled;
  socket.leave(room);
}

}  // namespace crema::frappe
