#include "crema/socketio/broadcast_acks.h"

#include <utility>

namespace crema::socketio {

BroadcastAcks::BroadcastAcks(size_t shards, BroadcastHandler handler)
    : handler_(std::move(handler)), shards_waited_for_(shards) {
  finish_when_done();
}

void BroadcastAcks::reached(size_t receivers) {
  receivers_ += receivers;
  --shards_waited_for_;
  finish_when_done();
}

void BroadcastAcks::answered(std::string first_arg, std::vector<std::string> attachments) {
  ++ended_;
  bytes_ += first_arg.size();
  for (const std::string& each : attachments) bytes_ += each.size();
  if (bytes_ > kBroadcastResponseBytesMax) {
    result_.complete = false;
  } else {
    result_.responses.push_back(std::move(first_arg));
    result_.attachments.push_back(std::move(attachments));
  }
  finish_when_done();
}

void BroadcastAcks::lost() {
  ++ended_;
  result_.complete = false;
  finish_when_done();
}

void BroadcastAcks::finish_when_done() {
  if (shards_waited_for_ != 0 || ended_ < receivers_ || !handler_) return;
  std::exchange(handler_, nullptr)(result_);
}

}  // namespace crema::socketio
