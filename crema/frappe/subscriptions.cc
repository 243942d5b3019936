#include "crema/frappe/subscriptions.h"

#include "crema/base/log.h"
#include "crema/frappe/acknowledge.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/run_on.h"
#include "crema/frappe/socket_user.h"

namespace crema::frappe {
namespace {

std::string_view error_of(PermissionAnswer::Kind kind) {
  switch (kind) {
    case PermissionAnswer::Kind::kAllowed:
      return {};
    case PermissionAnswer::Kind::kDenied:
      return kNotPermitted;
    case PermissionAnswer::Kind::kFailed:
    case PermissionAnswer::Kind::kUnavailable:
      return kCheckFailed;
  }
  return kCheckFailed;
}

void count(const PermissionAnswer& answer) {
  switch (answer.kind) {
    case PermissionAnswer::Kind::kAllowed:
      return (answer.is_kept ? kChecksKept : kChecksAllowed).add();
    case PermissionAnswer::Kind::kDenied:
      return kChecksDenied.add();
    case PermissionAnswer::Kind::kFailed:
    case PermissionAnswer::Kind::kUnavailable:
      return kChecksFailed.add();
  }
}

}  // namespace

size_t Subscriptions::undecided(const std::string& socket_id) const {
  size_t count = 0;
  auto at = checks_.lower_bound({socket_id, {}});
  for (; at != checks_.end() && at->first.first == socket_id; ++at) ++count;
  return count;
}

void Subscriptions::add(socketio::Socket& socket, Subscription subscription, AckId ack) {
  const std::string& room = subscription.room;
  if (socket.in(room)) {
    acknowledge(socket, ack);
    return joined(socket, subscription);
  }
  // A room that cannot be joined is not asked about.
  if (room.size() > shard_.hub().config().room_name_bytes_max) {
    return acknowledge(socket, ack, kCannotJoin);
  }
  const Key key{std::string(socket.id()), room};
  if (const auto asked = checks_.find(key); asked != checks_.end()) {
    asked->second.wanted = true;
    if (!ack) return;
    if (asked->second.acks.size() >= kPendingChecksMax) {
      return acknowledge(socket, ack, kTooManyChecks);
    }
    return asked->second.acks.push_back(*ack);
  }
  if (undecided(std::string(socket.id())) >= kPendingChecksMax) {
    kChecksTooMany.add();
    log::warn("a subscription was ignored: too many are undecided",
              {{"site", socket.nsp().name().substr(1)}});
    return acknowledge(socket, ack, kTooManyChecks);
  }
  PermissionQuestion question{user_of(socket).credential(), subscription.doctype,
                              subscription.name};
  Check check{std::move(subscription), true, {}};
  if (ack) check.acks.push_back(*ack);
  checks_.emplace(key, std::move(check));
  ask(socket.nsp().name(), key, std::move(question));
}

void Subscriptions::ask(const std::string& nsp, const Key& key, PermissionQuestion question) {
  server::Shard& home = *services_.home;
  auto ask_there = [this, &home, nsp, key, question = std::move(question)] {
    auto told = [this, &home, nsp, key](const PermissionAnswer& answer) {
      run_on(home, shard_, [this, nsp, key, answer] { decided(nsp, key, answer); });
    };
    services_.permission->check(question, std::move(told));
  };
  run_on(shard_, home, std::move(ask_there));
}

void Subscriptions::decided(const std::string& nsp, const Key& key,
                            const PermissionAnswer& answer) {
  const auto found = checks_.extract(key);
  if (found.empty()) return;  // The socket is gone.
  const Check& check = found.mapped();
  count(answer);
  if (!answer.reason.empty()) {
    log::warn("a permission could not be checked",
              {{"site", nsp.substr(1)}, {"reason", answer.reason}});
  }
  socketio::Socket* socket = shard_.hub().find(nsp, key.first);
  if (!socket) return;
  std::string_view error = check.wanted ? error_of(answer.kind) : kCancelled;
  if (error.empty() && !socket->join(key.second)) error = kCannotJoin;
  for (const uint64_t id : check.acks) acknowledge(*socket, id, error);
  if (error.empty()) joined(*socket, check.subscription);
}

void Subscriptions::joined(socketio::Socket& socket, const Subscription& subscription) {
  if (!subscription.opens) return;
  run_on(shard_, *services_.home,
         [this, nsp = socket.nsp().name(), document = *subscription.opens,
          viewer = DocViewer{std::string(socket.id()), std::string(user_of(socket).user())}] {
           services_.viewers->opened(nsp, document, viewer);
         });
}

void Subscriptions::remove(socketio::Socket& socket, const std::string& room) {
  const auto asked = checks_.find({std::string(socket.id()), room});
  if (asked != checks_.end()) asked->second.wanted = false;
  socket.leave(room);
}

void Subscriptions::forget(const std::string& socket_id) {
  const auto first = checks_.lower_bound({socket_id, {}});
  auto last = first;
  while (last != checks_.end() && last->first.first == socket_id) ++last;
  checks_.erase(first, last);
}

}  // namespace crema::frappe
