#include "crema/socketio/recovery.h"

#include "crema/base/check.h"
#include "crema/socketio/connection.h"
#include "crema/socketio/counters.h"
#include "crema/socketio/hub.h"

#include <iterator>
#include <utility>

namespace crema::socketio {

Recovery::Recovery(Hub& hub, const RecoveryConfig& config)
    : hub_(hub), config_(config), log_(config.bytes_max, config.window + config.unnoticed_max) {}

Recovery::~Recovery() { CREMA_ASSERT(lost_.empty()); }

void Recovery::add(Socket& socket) {
  auto resumable = std::make_unique<Resumable>();
  resumable->pid = hub_.make_socket_id();
  resumable->connected_at = log_.position();
  by_pid_.emplace(resumable->pid, &socket);
  socket.resumable_ = std::move(resumable);
}

uint64_t Recovery::keep(uint64_t offset, const OutMessage& message, Selection to) {
  return log_.keep(offset, message, std::move(to), hub_.host().now());
}

void Recovery::forget(Socket& socket) { by_pid_.erase(socket.resumable_->pid); }

void Recovery::lose(std::unique_ptr<Socket> socket) {
  while (lost_.size() >= config_.sessions_max && !lost_.empty()) {
    kRecoveriesCrowded.add();
    drop(*lost_.front());
  }
  kLostSessions.add();
  Resumable& resumable = *socket->resumable_;
  resumable.lost_at = log_.position();
  resumable.lost_until = hub_.host().now() + config_.window;
  lost_.push_back(std::move(socket));
  resumable.place = std::prev(lost_.end());
  if (!armed()) hub_.host().wheel().arm(*this, resumable.lost_until);
}

std::unique_ptr<Socket> Recovery::unlist(Socket& lost) {
  kLostSessions.sub();
  std::unique_ptr<Socket> taken = std::move(*lost.resumable_->place);
  lost_.erase(lost.resumable_->place);
  if (lost_.empty()) cancel();
  return taken;
}

void Recovery::drop(Socket& lost) {
  forget(lost);
  std::unique_ptr<Socket> gone = unlist(lost);
  gone->nsp().leave_all(*gone);
  hub_.bury(std::move(gone));
}

void Recovery::forget_all() {
  while (!lost_.empty()) drop(*lost_.front());
}

// The window is the same for all, so the oldest is the next to go.
void Recovery::on_expired(base::TimePoint now) {
  while (!lost_.empty() && lost_.front()->resumable_->lost_until <= now) {
    kRecoveriesExpired.add();
    drop(*lost_.front());
  }
  if (!lost_.empty()) {
    hub_.host().wheel().arm(*this, lost_.front()->resumable_->lost_until);
  }
}

// Behind which position everything is to be sent again.
std::optional<uint64_t> Recovery::resume_from(const Resumable& lost,
                                              std::string_view offset) const {
  uint64_t from = lost.connected_at;
  uint64_t last_sent = from;
  if (lost.sent_offset != 0) last_sent = lost.sent_position;
  if (!offset.empty()) {
    const auto parsed = parse_offset(offset);
    if (!parsed) return std::nullopt;
    const auto found = *parsed == lost.sent_offset ? lost.sent_position : log_.find(*parsed);
    if (!found) return std::nullopt;
    from = *found;
  }
  // It has all that was sent to it: what others got before the loss may be gone from the log.
  const bool is_lost = lost.lost_until != base::TimePoint{};
  if (from == last_sent) from = is_lost ? lost.lost_at : log_.position();
  return log_.reaches_back_to(from) ? std::optional(from) : std::nullopt;
}

Socket* Recovery::find(std::string_view pid, std::string_view offset) const {
  const auto found = by_pid_.find(pid);
  if (found == by_pid_.end()) return nullptr;
  return resume_from(*found->second->resumable_, offset) ? found->second : nullptr;
}

std::optional<std::vector<OutMessage>> Recovery::missed_by(Socket& lost, uint64_t from) const {
  EventLog::Rooms rooms{{lost.id(), 0}};
  for (const Membership& m : lost.rooms()) rooms.emplace(m.room->name, m.joined);
  std::vector<OutMessage> missed;
  size_t bytes = 0;
  for (uint64_t at = from + 1; at <= log_.position(); ++at) {
    const EventLog::Entry& entry = log_.at(at);
    if (!EventLog::concerns(entry, rooms)) continue;
    bytes += entry.message.bytes();
    if (bytes > config_.missed_bytes_max) return std::nullopt;
    missed.push_back(entry.message);
    lost.resumable_->sent_offset = entry.offset;
    lost.resumable_->sent_position = at;
  }
  return missed;
}

std::optional<Recovery::Return> Recovery::take(std::string_view pid, std::string_view offset) {
  const auto found = by_pid_.find(pid);
  if (found == by_pid_.end()) {
    kRecoveriesUnknown.add();
    return std::nullopt;
  }
  Socket& socket = *found->second;
  if (socket.connected()) {
    socket.connection()->session().fail(engineio::CloseReason::kTransportClose);
    // A handler that heard of it may have made it leave for good.
    if (!by_pid_.contains(pid)) return std::nullopt;
  }
  const auto from = resume_from(*socket.resumable_, offset);
  auto missed = from ? missed_by(socket, *from) : std::nullopt;
  if (!missed) {
    kRecoveriesTooOld.add();
    drop(socket);
    return std::nullopt;
  }
  kRecoveries.add();
  socket.resumable_->recovered = true;
  socket.resumable_->lost_until = {};
  return Return{unlist(socket), std::move(*missed)};
}

}  // namespace crema::socketio
