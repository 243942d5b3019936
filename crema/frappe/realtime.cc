#include "crema/frappe/realtime.h"

#include "crema/base/log.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/frappe/run_on.h"
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

}  // namespace

Realtime::Realtime(server::Shard& shard, const Services& services)
    : shard_(shard), services_(services), subscriptions_(shard, services) {}

// "/" is open to everybody and receives nothing: a health check. Source: 1.4.
bool Realtime::has_namespace(std::string_view nsp) {
  if (nsp == "/" || services_.find_site(nsp.substr(1), shard_.loop().now())) return true;
  kAuthNamespace.add();
  log::warn("a client asks for what is no site of this bench", {{"site", nsp.substr(1)}});
  return false;
}

base::Result<Credential, Refusal> Realtime::admit_to_site(const socketio::ConnectRequest& request) {
  const base::TimePoint now = shard_.loop().now();
  const auto site = services_.find_site(request.nsp.substr(1), now);
  if (!site) {  // It was one when `has_namespace` was asked, in this turn.
    return base::fail(
        Refusal{Refusal::Reason::kNamespace, "Invalid namespace", "the site is gone"});
  }
  auto admitted = admit({request.nsp, request.auth, *request.handshake, *site}, services_.config);
  if (!admitted || admitted->origin.empty()) return admitted;
  // Nobody is asked but the bench's own sites.
  const std::string_view host = hostname(admitted->origin);
  if (services_.find_site(host, now)) return admitted;
  return base::fail(Refusal{Refusal::Reason::kOrigin, "Invalid origin",
                            "`" + std::string(host) + "` is no site of this bench to ask at"});
}

void Realtime::on_connect(const socketio::ConnectRequest& request) {
  if (request.nsp == "/") {
    shard_.hub().accept(request.ticket, nullptr);
    return;
  }
  auto admitted = admit_to_site(request);
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
  std::shared_ptr<const Arrival> arrival;
  if (services_.config.keep_for_handlers) {
    arrival = std::make_shared<const Arrival>(request.handshake, std::string(request.auth));
  }
  auto ask = [this, &home, ticket = request.ticket, credential = std::move(*admitted), arrival] {
    auto told = [this, &home, ticket, credential, arrival](const IdentityAnswer& answer) {
      run_on(home, shard_, [this, ticket, credential, answer, arrival] {
        identified(ticket, credential, answer, arrival);
      });
    };
    services_.identity->identify(credential, std::move(told));
  };
  run_on(shard_, home, std::move(ask));
}

void Realtime::identified(socketio::ConnectTicket ticket, const Credential& credential,
                          const IdentityAnswer& answer, std::shared_ptr<const Arrival> arrival) {
  socketio::Hub& hub = shard_.hub();
  switch (answer.kind) {
    case IdentityAnswer::Kind::kKnown:
      if (hub.accept(ticket, std::make_shared<const SocketUser>(credential, answer.info,
                                                                std::move(arrival)))) {
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
  if (!socket.data()) return;
  const UserInfo& info = user_of(socket).info;
  socket.join(publish::user_room(info.user));
  socket.join(publish::kWebsiteRoom);
  if (info.user_type == "System User") socket.join(publish::kAllRoom);
  if (services_.custom_handlers) services_.custom_handlers->on_connected(shard_, socket);
}

void Realtime::on_event(socketio::Socket& socket, const socketio::Event& event) {
  if (!socket.data()) return;  // In "/".
  if (const auto handler = handlers::find(event.name)) handler(*this, socket, event);
  if (socket.rooms_observed()) services_.custom_handlers->on_event(shard_, socket, event);
}

void Realtime::on_joined(socketio::Socket& socket, std::string_view room) {
  services_.custom_handlers->on_joined(shard_, socket, room);
}

void Realtime::on_left(socketio::Socket& socket, std::string_view room) {
  services_.custom_handlers->on_left(shard_, socket, room);
}

void Realtime::on_disconnected(socketio::Socket& socket, std::string_view reason) {
  if (!socket.data()) return;
  if (services_.custom_handlers && socket.rooms_observed())
    services_.custom_handlers->on_disconnected(shard_, socket, reason);
  subscriptions_.forget(socket.id());
  run_on(shard_, *services_.home,
         [this, nsp = socket.nsp().name(), id = socket.id()] { services_.viewers->left(nsp, id); });
}

void Realtime::doc_closed(socketio::Socket& socket, DocumentName document) {
  run_on(shard_, *services_.home,
         [this, nsp = socket.nsp().name(), document = std::move(document),
          viewer = DocViewer{socket.id(), user_of(socket).info.user}] {
           services_.viewers->closed(nsp, document, viewer);
         });
}

void Realtime::open_in_editor(std::string location) {
  run_on(shard_, *services_.home, [this, location = std::move(location)]() mutable {
    services_.open_in_editor(std::move(location));
  });
}

}  // namespace crema::frappe
