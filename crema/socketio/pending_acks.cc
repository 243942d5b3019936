#include "crema/socketio/pending_acks.h"

#include "crema/base/check.h"
#include "crema/socketio/counters.h"

#include <utility>

namespace crema::socketio {

class PendingAcks::Entry final : public base::WheelEntry {
 public:
  Entry(PendingAcks& owner, uint64_t id, AckHandler handler)
      : owner_(owner), id_(id), handler_(std::move(handler)) {}

  void end(const Acknowledgement& acknowledgement) { handler_(acknowledgement); }

 private:
  void on_expired(base::TimePoint) override {
    kAcksTimedOut.add();
    const auto self = owner_.entries_.extract(id_);  // Destroyed behind the handler.
    handler_({.status = Acknowledgement::Status::kTimeout});
  }

  PendingAcks& owner_;
  const uint64_t id_;
  const AckHandler handler_;
};

PendingAcks::PendingAcks(base::TimingWheel& wheel) : wheel_(wheel) {}

PendingAcks::~PendingAcks() { CREMA_ASSERT(entries_.empty()); }

void PendingAcks::add(uint64_t id, base::TimePoint deadline, AckHandler handler) {
  auto entry = std::make_unique<Entry>(*this, id, std::move(handler));
  wheel_.arm(*entry, deadline);
  const bool is_new = entries_.emplace(id, std::move(entry)).second;
  CREMA_ASSERT(is_new);
}

void PendingAcks::answer(uint64_t id, const Acknowledgement& acknowledgement) {
  const auto node = entries_.extract(id);
  if (node.empty()) return;
  kAcksAnswered.add();
  node.mapped()->cancel();
  node.mapped()->end(acknowledgement);
}

void PendingAcks::abandon() {
  for (const auto& [id, entry] : std::exchange(entries_, {})) {
    kAcksAbandoned.add();
    entry->cancel();
    entry->end({.status = Acknowledgement::Status::kDisconnected});
  }
}

}  // namespace crema::socketio
