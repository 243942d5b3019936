#include "crema/frappe/realtime.h"

#include "crema/base/log.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/guarded_room.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/frappe/run_on.h"
#include "crema/frappe/save_rooms.h"
#include "crema/publish/room_names.h"

namespace crema::frappe {
namespace {

constexpr std::string_view kSystemUser = "System User";
constexpr size_t kPrivateIdBytesMax = 32;

// Of the session that the client was before, or empty.
std::string private_id(json::Slice auth) {
  const auto pid = json::member(auth, "pid");
  if (!pid || pid->size() > kPrivateIdBytesMax) return {};
  return json::string_value(*pid).value_or(std::string());
}

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
                                       {"ip", request.handshake->address()}});
    shard_.hub().refuse(request.ticket, refusal.message);
    return;
  }
  Candidate candidate{request.ticket, std::move(*admitted), private_id(request.auth), {}};
  if (services_.config.keep_for_handlers()) {
    candidate.arrival =
        std::make_shared<const Arrival>(request.handshake, std::string(request.auth));
  }
  ask_who(std::move(candidate));
}

void Realtime::ask_who(Candidate candidate) {
  server::Shard& home = *services_.home;
  auto ask = [this, &home, candidate = std::move(candidate)] {
    auto told = [this, &home, candidate](const Identified& answer) {
      std::vector<std::string> saved;
      if (services_.saved && answer.user && !candidate.pid.empty()) {
        saved = services_.saved->find(candidate.credential.site, candidate.pid, answer.user->user(),
                                      home.loop().now());
      }
      run_on(home, shard_, [this, candidate, answer, saved = std::move(saved)]() mutable {
        identified(candidate, answer, std::move(saved));
      });
    };
    services_.identity->identify(candidate.credential, std::move(told));
  };
  run_on(shard_, home, std::move(ask));
}

void Realtime::identified(const Candidate& candidate, const Identified& answer,
                          std::vector<std::string> saved_rooms) {
  socketio::Hub& hub = shard_.hub();
  const std::string& site = candidate.credential.site;
  switch (answer.kind) {
    case IdentityAnswer::Kind::kKnown:
      return welcome(candidate, {answer.user, std::move(saved_rooms)});
    case IdentityAnswer::Kind::kUnavailable:
      if (!hub.close(candidate.ticket)) return;
      kAuthUnavailable.add();
      log::warn("a client was sent away to come back: the web process did not answer",
                {{"site", site}, {"reason", answer.reason}});
      return;
    case IdentityAnswer::Kind::kEmpty:
    case IdentityAnswer::Kind::kRefused:
    case IdentityAnswer::Kind::kNonsense:
      if (!hub.refuse(candidate.ticket, "Unauthorized: " + answer.reason)) return;
      kAuthWeb.add();
      log::warn("a client was refused", {{"site", site}, {"reason", answer.reason}});
      return;
  }
}

void Realtime::welcome(const Candidate& candidate, Welcome welcome) {
  if (socketio::Socket* lost = lost_session(candidate, *welcome.user)) {
    std::vector<Subscription> rooms;
    for (const socketio::Membership& membership : lost->rooms()) {
      if (auto guarded = guarded_room(membership.room->name)) rooms.push_back(std::move(*guarded));
    }
    return review(candidate, welcome, std::move(rooms));
  }
  const std::vector<std::string> left_behind = rooms_left_behind(candidate, *welcome.user);
  socketio::Socket* socket = accept(candidate, welcome.user);
  if (!socket) return;
  for (const std::string& room : left_behind) give_back(*socket, room);
  if (welcome.saved_rooms.empty()) return;
  for (const std::string& room : welcome.saved_rooms) give_back(*socket, room);
  run_on(shard_, *services_.home, [this, pid = candidate.pid] { services_.saved->forget(pid); });
}

// Of a session that missed more than is kept: its page does not subscribe again, it has to have its
// rooms at least. Source: 7.1.
std::vector<std::string> Realtime::rooms_left_behind(const Candidate& candidate,
                                                     const SocketUser& user) const {
  const socketio::Socket* left = shard_.hub().left_behind(candidate.ticket);
  const bool is_theirs = left && left->data() && user_of(*left).user() == user.user();
  return is_theirs ? subscribed_rooms(*left) : std::vector<std::string>();
}

socketio::Socket* Realtime::lost_session(const Candidate& candidate, const SocketUser& user) {
  socketio::Socket* lost = shard_.hub().recoverable(candidate.ticket);
  if (!lost || user_of(*lost).user() == user.user()) return lost;
  kRecoveriesOfOthers.add();
  shard_.hub().begin_anew(candidate.ticket);
  return nullptr;
}

// Before it is let in: with the CONNECT's answer go the events that were missed.
void Realtime::review(const Candidate& candidate, const Welcome& welcome,
                      std::vector<Subscription> rooms) {
  if (rooms.empty()) return reviewed(candidate, welcome, {});
  server::Shard& home = *services_.home;
  RoomReview review{candidate.credential, std::move(rooms), services_.config.review_wait};
  auto ask = [this, &home, candidate, welcome, review = std::move(review)]() mutable {
    auto done = [this, &home, candidate, welcome](ReviewedRooms found) {
      run_on(home, shard_, [this, candidate, welcome, found = std::move(found)] {
        reviewed(candidate, welcome, found);
      });
    };
    review_rooms(home.loop(), *services_.permission, std::move(review), std::move(done));
  };
  run_on(shard_, home, std::move(ask));
}

void Realtime::reviewed(const Candidate& candidate, const Welcome& welcome,
                        const ReviewedRooms& rooms) {
  std::vector<std::string> kept;
  if (socketio::Socket* lost = lost_session(candidate, *welcome.user)) {
    std::vector<std::string> left;
    for (const socketio::Membership& membership : lost->rooms()) {
      const std::string room(membership.room->name);
      if (guarded_room(room) && !rooms.allowed.contains(room)) left.push_back(room);
    }
    if (welcome.user->user_type() != kSystemUser) left.emplace_back(publish::kAllRoom);
    for (const std::string& room : left) lost->leave(room);
    kept = subscribed_rooms(*lost);
    kReviewKept.add(static_cast<int64_t>(rooms.allowed.size()));
    kReviewLeft.add(static_cast<int64_t>(left.size()));
  }
  socketio::Socket* socket = accept(candidate, welcome.user);
  if (!socket) return;
  for (const Subscription& room : rooms.undecided) subscriptions_.add(*socket, room, std::nullopt);
  if (socket->recovered()) return;
  // What it missed was too much for its queue: it began anew.
  for (const std::string& room : kept) give_back(*socket, room);
}

socketio::Socket* Realtime::accept(const Candidate& candidate,
                                   std::shared_ptr<const SocketUser> user) {
  accepted_ = nullptr;
  if (candidate.arrival) user = std::make_shared<const SocketUser>(*user, candidate.arrival);
  if (!shard_.hub().accept(candidate.ticket, std::move(user))) return nullptr;
  kAuthAccepted.add();
  return accepted_ && accepted_->connected() ? accepted_ : nullptr;
}

void Realtime::give_back(socketio::Socket& socket, const std::string& room) {
  if (auto guarded = guarded_room(room)) {
    return subscriptions_.add(socket, std::move(*guarded), std::nullopt);
  }
  if (is_subscribed_room(room)) socket.join(room);
}

void Realtime::on_connected(socketio::Socket& socket) {
  if (!socket.data()) return;
  accepted_ = &socket;
  const SocketUser& user = user_of(socket);
  socket.join(publish::user_room(user.user()));
  socket.join(publish::kWebsiteRoom);
  if (user.user_type() == kSystemUser) socket.join(publish::kAllRoom);
  if (socket.recovered()) rejoined(socket);
  if (services_.custom_handlers) services_.custom_handlers->on_connected(shard_, socket);
}

// What it subscribed to before it was lost is known again, so that it can be left.
void Realtime::rejoined(socketio::Socket& socket) {
  for (const socketio::Membership& membership : socket.rooms()) {
    const auto guarded = guarded_room(membership.room->name);
    if (guarded) subscriptions_.joined(socket, *guarded);
  }
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
  subscriptions_.forget(std::string(socket.id()));
  run_on(shard_, *services_.home, [this, nsp = socket.nsp().name(), id = std::string(socket.id())] {
    services_.viewers->left(nsp, id);
  });
}

void Realtime::doc_closed(socketio::Socket& socket, DocumentName document) {
  run_on(shard_, *services_.home,
         [this, nsp = socket.nsp().name(), document = std::move(document),
          viewer = DocViewer{std::string(socket.id()), std::string(user_of(socket).user())}] {
           services_.viewers->closed(nsp, document, viewer);
         });
}

void Realtime::open_in_editor(std::string location) {
  run_on(shard_, *services_.home, [this, location = std::move(location)]() mutable {
    services_.open_in_editor(std::move(location));
  });
}

}  // namespace crema::frappe
