// The acknowledgements that one socket owes the server.
#pragma once

#include "crema/base/timing_wheel.h"
#include "crema/json/slice.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

namespace crema::socketio {

// How a wait for an acknowledgement ended. Borrowed for the call.
struct Acknowledgement {
  enum class Status : uint8_t { kAnswered, kTimeout, kDisconnected };

  Status status;
  std::span<const json::Slice> args = {};
  std::span<const std::string> attachments = {};
};

using AckHandler = std::function<void(const Acknowledgement&)>;

// Shard thread only. Every handler added is called once. Source: spec/socketio.md 2.4.
class PendingAcks {
 public:
  // Borrows `wheel` for life.
  explicit PendingAcks(base::TimingWheel& wheel);
  ~PendingAcks();

  [[nodiscard]] size_t size() const noexcept { return entries_.size(); }
  // `id` is not in use.
  void add(uint64_t id, base::TimePoint deadline, AckHandler handler);
  // An id that nobody waits for is ignored, as the reference does.
  void answer(uint64_t id, const Acknowledgement& acknowledgement);
  // The socket is gone: nothing will be answered.
  void abandon();

 private:
  class Entry;

  base::TimingWheel& wheel_;
  std::unordered_map<uint64_t, std::unique_ptr<Entry>> entries_;
};

}  // namespace crema::socketio
