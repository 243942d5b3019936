#include "crema/socketio/recovery.h"

#include "crema/base/check.h"
#include "crema/engineio/session_id.h"
#include "crema/socketio/connection.h"
#include "crema/socketio/counters.h"
#include "crema/socketio/hub.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace crema::socketio {

Recovery::Recovery(Hub& hub, Namespace& nsp, const RecoveryConfig& config)
    : hub_(hub),
      nsp_(nsp),
      config_(&config),
      log_(hub.event_logs(), config.bytes_max, config.window + config.unnoticed_max) {}

void Recovery::set_limits(const RecoveryConfig& config) {
  config_ = &config;
  log_.set_bounds(config.bytes_max, config.window + config.unnoticed_max);
}

Recovery::~Recovery() { CREMA_ASSERT(lost_.empty()); }

void Recovery::add(Socket& socket, Events events) {
  auto resumable = std::make_unique<Resumable>();
  resumable->pid = std::string_view(hub_.make_socket_id());
  resumable->connected_at = log_.position();
  resumable->offset_before = hub_.last_offset();
  socket.resumable_ = std::move(resumable);
  socket.numbered_ = events == Events::kNumbered;
  by_pid_.insert(&socket);
}

uint64_t Recovery::keep(uint64_t offset, const OutMessage& message, const Selection& to) {
  return log_.keep(offset, message, to, hub_.host().now());
}

void Recovery::forget(Socket& socket) {
  by_pid_.erase(&socket);
  if (!socket.resumable_->is_guest) return;
  hub_.handover().gone(socket.nsp().name(), socket.id(), socket.resumable_->pid);
}

// Who has too many pays: beyond the bound of all namespaces one of this one goes.
void Recovery::lose(std::unique_ptr<Socket> socket) {
  while (!lost_.empty() && (lost_.size() >= config_->sessions_max || is_crowded())) {
    kRecoveriesCrowded.add();
    drop(*lost_.front());
  }
  if (is_crowded()) {
    kRecoveriesCrowded.add();
    forget(*socket);
    return discard(std::move(socket));
  }
  kLostSessions.add();
  hub_.note_lost(1);
  Resumable& resumable = *socket->resumable_;
  resumable.lost_at = log_.position();
  resumable.lost_until = hub_.host().now() + config_->window;
  lost_.push_back(std::move(socket));
  resumable.place = std::prev(lost_.end());
  if (!armed()) hub_.host().wheel().arm(*this, resumable.lost_until);
}

bool Recovery::is_crowded() const { return hub_.lost_sessions() >= config_->total_sessions_max; }

std::unique_ptr<Socket> Recovery::unlist(Socket& lost) {
  kLostSessions.sub();
  hub_.note_lost(-1);
  std::unique_ptr<Socket> taken = std::move(*lost.resumable_->place);
  lost_.erase(lost.resumable_->place);
  if (lost_.empty()) cancel();
  return taken;
}

void Recovery::drop(Socket& lost) {
  forget(lost);
  discard(unlist(lost));
}

void Recovery::discard(std::unique_ptr<Socket> gone) {
  gone->nsp().leave_all(*gone);
  hub_.bury(std::move(gone));
}

void Recovery::forget_all() {
  while (!lost_.empty()) drop(*lost_.front());
  moved_.clear();
}

// The window is the same for all, so the oldest is the next to go. (After it was made shorter,
// those who are lost then wait for those who were lost before.)
void Recovery::on_expired(base::TimePoint now) {
  while (!lost_.empty() && lost_.front()->resumable_->lost_until <= now) {
    kRecoveriesExpired.add();
    drop(*lost_.front());
  }
  if (!lost_.empty()) {
    hub_.host().wheel().arm(*this, lost_.front()->resumable_->lost_until);
  }
}

std::optional<uint64_t> Recovery::position_of(const Socket& socket, uint64_t offset) const {
  const Resumable& of = *socket.resumable_;
  if (offset == socket.sent_offset_) return socket.sent_position_;
  if (offset == of.arrived_offset) return of.connected_at;
  return log_.find(offset, socket.id());
}

// Behind which position everything is to be sent again.
std::optional<uint64_t> Recovery::resume_from(const Socket& socket, std::string_view offset) const {
  const Resumable& lost = *socket.resumable_;
  if (lost.is_outdated) return std::nullopt;
  const bool is_lost = lost.lost_until != base::TimePoint{};
  const uint64_t loss = is_lost ? lost.lost_at : log_.position();
  if (!socket.numbered_) return log_.reaches_back_to(loss) ? std::optional(loss) : std::nullopt;
  uint64_t from = lost.connected_at;
  uint64_t last_sent = from;
  if (socket.sent_offset_ != 0) last_sent = socket.sent_position_;
  if (!offset.empty()) {
    const auto parsed = parse_offset(offset);
    const auto found = parsed ? position_of(socket, *parsed) : std::nullopt;
    if (found) from = std::max(*found, from);
    // Until something is sent to it the client holds what is of something else: its earlier
    // session's offset, or a text that it took for one while its events carried none.
    const bool is_older = socket.sent_offset_ == 0 || (parsed && *parsed <= lost.offset_before);
    if (!found && !is_older) return std::nullopt;
  }
  // It has all that was sent to it: what others got before the loss may be gone from the log.
  if (from == last_sent) from = loss;
  return log_.reaches_back_to(from) ? std::optional(from) : std::nullopt;
}

Socket* Recovery::named(std::string_view pid) const {
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? nullptr : *found;
}

Socket* Recovery::find(std::string_view pid, std::string_view offset) const {
  Socket* socket = named(pid);
  return socket && resume_from(*socket, offset) ? socket : nullptr;
}

std::optional<std::vector<uint64_t>> Recovery::missed_by(const Socket& lost, uint64_t from) const {
  EventLog::Rooms rooms{{lost.id(), 0}};
  for (const Membership& m : lost.rooms()) rooms.emplace(m.room->name, m.joined);
  std::vector<uint64_t> missed;
  size_t bytes = 0;
  for (uint64_t at = from + 1; at <= log_.position(); ++at) {
    const EventLog::Entry& entry = log_.at(at);
    if (!entry.is_copy && lost.resumable_->has_had(entry.offset)) continue;
    if (!EventLog::concerns(entry, rooms)) continue;
    bytes += entry.message.bytes() + kNumberBytes;
    if (bytes > config_->missed_bytes_max) return std::nullopt;
    missed.push_back(at);
  }
  return missed;
}

std::optional<Recovery::Return> Recovery::take(std::string_view pid, std::string_view offset) {
  Socket* found = named(pid);
  if (!found) {
    kRecoveriesUnknown.add();
    return std::nullopt;
  }
  Socket& socket = *found;
  if (socket.connected()) {
    socket.connection()->session().fail(engineio::CloseReason::kTransportClose);
    // A handler that heard of it may have made it leave for good.
    if (!by_pid_.contains(pid)) return std::nullopt;
  }
  const auto from = resume_from(socket, offset);
  const auto missed = from ? missed_by(socket, *from) : std::nullopt;
  if (!missed) {
    kRecoveriesTooOld.add();
    drop(socket);
    return std::nullopt;
  }
  kRecoveries.add();
  if (!socket.numbered_) begin_numbers(socket, *from);
  socket.resumable_->recovered = true;
  socket.resumable_->lost_until = {};
  Return back{unlist(socket), {}};
  for (const uint64_t at : *missed) {
    const EventLog::Entry& entry = log_.at(at);
    back.missed.push_back(with_offset(entry.message, entry.offset));
    socket.sent_offset_ = entry.offset;
    socket.sent_position_ = at;
  }
  return back;
}

// Its client holds no number yet, and learns by the other private id that it may miss something.
void Recovery::begin_numbers(Socket& socket, uint64_t from) {
  Resumable& resumable = *socket.resumable_;
  socket.numbered_ = true;
  socket.sent_offset_ = 0;
  resumable.connected_at = from;
  by_pid_.erase(&socket);  // By its private id: before that changes.
  if (resumable.is_guest) hub_.handover().gone(nsp_.name(), {}, resumable.pid);
  resumable.pid = std::string_view(hub_.make_socket_id());
  by_pid_.insert(&socket);
}

MovedSession Recovery::depart(std::string_view pid, std::string_view offset, unsigned shard) {
  Socket& socket = *named(pid);
  const auto from = resume_from(socket, offset);
  const auto missed = from ? missed_by(socket, *from) : std::nullopt;
  MovedSession moved{.socket_id = std::string(socket.id()),
                     .pid = std::string(socket.resumable_->pid),
                     .offset = std::string(offset),
                     .rooms = {},
                     .data = socket.shared_data(),
                     .missed = {},
                     .seen = {},
                     .is_numbered = socket.numbered_,
                     .is_outdated = !missed};
  for (const Membership& m : socket.rooms()) moved.rooms.emplace_back(m.room->name, m.joined);
  if (missed) {
    for (const uint64_t at : *missed) {
      moved.missed.push_back({log_.at(at).offset, log_.at(at).message});
    }
  }
  moved.seen = hub_.delivered();
  moved.seen.resize(hub_.host().shards());
  const std::vector<uint64_t>& had = socket.resumable_->seen;
  for (size_t i = 0; i < had.size(); ++i) moved.seen[i] = std::max(moved.seen[i], had[i]);
  if (socket.resumable_->is_guest) hub_.host().settle_room(socket.nsp().name(), socket.id());
  by_pid_.erase(&socket);
  std::unique_ptr<Socket> gone = unlist(socket);
  gone->nsp().leave_all(*gone);
  hub_.application().on_moved(gone->shared_data(), shard);
  hub_.bury(std::move(gone));
  return moved;
}

uint64_t Recovery::expect_arrival() {
  ++arriving_;
  return log_.position();
}

// What it missed there, then what this shard has kept since the claim and the other had not seen.
// Copies, because the two belong together, behind all else.
void Recovery::copy_missed(const MovedSession& moved, uint64_t since) {
  EventLog::Rooms rooms{{moved.socket_id, 0}};
  for (const auto& [room, joined] : moved.rooms) rooms.emplace(room, joined);
  std::vector<MovedSession::Missed> missed = moved.missed;
  for (uint64_t at = since + 1; at <= log_.position(); ++at) {
    const EventLog::Entry& entry = log_.at(at);
    const uint64_t seen = entry.offset % moved.seen.size();
    if (entry.is_copy || entry.offset <= moved.seen[seen]) continue;
    if (EventLog::concerns(entry, rooms)) missed.push_back({entry.offset, entry.message});
  }
  const base::TimePoint now = hub_.host().now();
  for (auto& each : missed) {
    (void)log_.keep_copy(each.offset, std::move(each.message), moved.socket_id, now);
  }
}

Socket* Recovery::arrive(const MovedSession& moved, uint64_t since) {
  if (!log_.reaches_back_to(since)) {
    kRecoveriesTooOld.add();
    return nullptr;
  }
  if (lost_.empty() && is_crowded()) {
    kRecoveriesCrowded.add();
    return nullptr;
  }
  auto socket = std::make_unique<Socket>(moved.socket_id, nsp_, moved.data);
  Socket& arrived = *socket;
  auto resumable = std::make_unique<Resumable>();
  resumable->pid = std::string_view(moved.pid);
  resumable->connected_at = log_.position();
  resumable->arrived_offset = parse_offset(moved.offset).value_or(0);
  resumable->is_guest = engineio::shard_of(moved.pid) != hub_.host().shard();
  resumable->is_outdated = moved.is_outdated;
  resumable->seen = moved.seen;
  moved_.erase(moved.pid);
  arrived.numbered_ = moved.is_numbered;
  arrived.arrived_ = !moved.seen.empty();
  arrived.sent_offset_ = resumable->arrived_offset;
  arrived.sent_position_ = resumable->connected_at;
  arrived.resumable_ = std::move(resumable);
  by_pid_.insert(&arrived);
  for (const auto& [room, joined] : moved.rooms) {
    nsp_.add_member(arrived, room);
    arrived.rooms_.back().joined = joined;
  }
  lose(std::move(socket));
  if (!moved.is_outdated) copy_missed(moved, since);
  return &arrived;
}

std::optional<unsigned> Recovery::whereabouts(std::string_view pid) const {
  const auto found = moved_.find(pid);
  return found == moved_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace crema::socketio
