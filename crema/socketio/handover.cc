#include "crema/socketio/handover.h"

#include "crema/engineio/session_id.h"
#include "crema/socketio/connection.h"
#include "crema/socketio/hub.h"
#include "crema/socketio/hub_host.h"
#include "crema/socketio/recovery.h"

#include <algorithm>

namespace crema::socketio {
namespace {

// A session that moves on while it is claimed is followed so far; then the client begins anew.
constexpr unsigned kHopsMax = 16;

}  // namespace

Recovery* Handover::find(std::string_view nsp) const {
  const Namespace* found = hub_.find_namespace(nsp);
  return found ? found->recovery() : nullptr;
}

bool Handover::is_elsewhere(std::string_view nsp, std::string_view pid) const {
  HubHost& host = hub_.host();
  const auto home = engineio::shard_of(pid);
  if (!home || *home >= host.shards()) return false;
  const Recovery* here = find(nsp);
  if (here && here->knows(pid)) return false;
  return *home != host.shard() || (here && here->whereabouts(pid));
}

void Handover::claim(ConnectTicket ticket, std::string_view nsp, const std::string& pid,
                     const std::string& offset) {
  HubHost& host = hub_.host();
  Recovery& here = *hub_.open_namespace(nsp).recovery();
  Claim claim{.nsp = std::string(nsp),
              .pid = pid,
              .offset = offset,
              .asking = host.shard(),
              .ticket = ticket,
              .since = here.expect_arrival(),
              .expected = {}};
  const unsigned home = *engineio::shard_of(pid);
  const unsigned to = home == host.shard() ? *here.whereabouts(pid) : home;
  host.post_to(to, [claim = std::move(claim)](Hub& there) { there.handover().on_claim(claim); });
}

void Handover::on_claim(Claim claim) {
  const unsigned here = hub_.host().shard();
  if (++claim.hops > kHopsMax) return answer(claim, nullptr);
  Recovery* recovery = find(claim.nsp);
  if (recovery && recovery->knows(claim.pid)) {
    if (claim.asking == here) return answer(claim, nullptr);  // It came by itself.
    return prepare(*recovery, std::move(claim));
  }
  // Who does not know asks home again, which was told of every move before this was.
  const unsigned home = *engineio::shard_of(claim.pid);
  const unsigned to = recovery ? recovery->whereabouts(claim.pid).value_or(home) : home;
  if (to == here) return answer(claim, nullptr);
  hub_.host().post_to(to,
                      [claim = std::move(claim)](Hub& there) { there.handover().on_claim(claim); });
}

void Handover::prepare(Recovery& recovery, Claim claim) {
  const Socket* socket = recovery.named(claim.pid);
  const auto expect = [&](std::string_view room) {
    hub_.host().expect_room(claim.asking, claim.nsp, room);
    claim.expected.emplace_back(room);
  };
  expect(socket->id());
  for (const Membership& membership : socket->rooms()) expect(membership.room->name);
  await_all_shards(std::move(claim));
}

// What a shard broadcast before it gets the word went here alone, and is here before its answer.
void Handover::await_all_shards(Claim claim) {
  HubHost& host = hub_.host();
  const auto shared = std::make_shared<const Claim>(std::move(claim));
  const auto missing = std::make_shared<unsigned>(host.shards() - 1);
  const auto is_wanted = std::make_shared<bool>(true);
  for (unsigned shard = 0; shard < host.shards(); ++shard) {
    if (shard == host.shard()) continue;
    host.post_to(shard, [shared, missing, is_wanted, back = host.shard()](Hub& there) {
      const bool gave_up = there.host().shard() == shared->asking && !there.waits(shared->ticket);
      there.host().post_to(back, [shared, missing, is_wanted, gave_up](Hub& here) {
        if (gave_up) *is_wanted = false;
        if (--*missing != 0) return;
        *is_wanted ? here.handover().leave(*shared) : here.handover().answer(*shared, nullptr);
      });
    });
  }
}

void Handover::leave(const Claim& claim) {
  Recovery* recovery = find(claim.nsp);
  const Socket* socket = recovery ? recovery->named(claim.pid) : nullptr;
  if (!socket) return on_claim(claim);  // It went on meanwhile.
  if (socket->connected()) {            // The client noticed the loss first.
    socket->connection()->session().fail(engineio::CloseReason::kTransportClose);
    return on_claim(claim);
  }
  MovedSession moved = recovery->depart(claim.pid, claim.offset, claim.asking);
  const unsigned home = *engineio::shard_of(claim.pid);
  if (home == hub_.host().shard()) {
    recovery->note_moved(claim.pid, claim.asking);
  } else if (home != claim.asking) {
    hub_.host().post_to(home, [nsp = claim.nsp, pid = claim.pid, to = claim.asking](Hub& there) {
      if (Recovery* at_home = there.handover().find(nsp)) at_home->note_moved(pid, to);
    });
  }
  answer(claim, std::make_shared<const MovedSession>(std::move(moved)));
}

void Handover::answer(const Claim& claim, std::shared_ptr<const MovedSession> moved) {
  if (claim.asking == hub_.host().shard()) return on_answer(claim, moved.get());
  hub_.host().post_to(claim.asking, [claim, moved = std::move(moved)](Hub& there) {
    there.handover().on_answer(claim, moved.get());
  });
}

void Handover::on_answer(const Claim& claim, const MovedSession* moved) {
  Recovery* recovery = find(claim.nsp);
  if (!recovery) return;  // The server stops.
  recovery->end_arrival();
  const Socket* arrived = moved ? recovery->arrive(*moved, claim.since) : nullptr;
  settle(claim, arrived);
  if (moved && !arrived) gone(claim.nsp, {}, claim.pid);
  hub_.look_at(claim.nsp);
  hub_.on_arrival(claim.ticket);
}

// One expectation of a guest's own id stays while it is here: nobody opens that room, and the id
// names another shard.
void Handover::settle(const Claim& claim, const Socket* arrived) {
  bool keeps_own = arrived && *engineio::shard_of(claim.pid) != hub_.host().shard();
  for (const std::string& room : claim.expected) {
    if (keeps_own && std::string_view(room) == arrived->id()) {
      keeps_own = false;
    } else {
      hub_.host().settle_room(claim.nsp, room);
    }
  }
}

void Handover::gone(std::string_view nsp, std::string_view socket_id, std::string_view pid) {
  if (!socket_id.empty()) hub_.host().settle_room(nsp, socket_id);
  const auto forget = [name = std::string(nsp), pid = std::string(pid)](Hub& there) {
    if (Recovery* at_home = there.handover().find(name)) at_home->forget_moved(pid);
    there.look_at(name);
  };
  const unsigned home = *engineio::shard_of(pid);
  home == hub_.host().shard() ? forget(hub_) : hub_.host().post_to(home, forget);
}

}  // namespace crema::socketio
