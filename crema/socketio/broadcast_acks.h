// Gathers the answers to one broadcast from the shards that it went to.
#pragma once

#include "crema/socketio/adapter.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

// Answers kept for one broadcast; what comes beyond makes it incomplete.
inline constexpr size_t kBroadcastResponseBytesMax = 16 * 1024 * 1024;

// On the thread of the shard that broadcast. Every receiver's wait ends by an answer, its timeout
// or its disconnection, so the whole needs no timer. Source: spec/socketio.md 2.4.
class BroadcastAcks {
 public:
  // `shards` that are to report.
  BroadcastAcks(size_t shards, BroadcastHandler handler);

  // One shard has sent it to so many sockets. They may have ended before this is heard.
  void reached(size_t receivers);
  void answered(std::string first_arg, std::vector<std::string> attachments);
  // Somebody will not answer.
  void lost();

 private:
  void finish_when_done();

  BroadcastHandler handler_;
  size_t shards_waited_for_;
  size_t receivers_ = 0;
  size_t ended_ = 0;
  size_t bytes_ = 0;
  BroadcastResult result_{.complete = true, .responses = {}, .attachments = {}};
};

}  // namespace crema::socketio
