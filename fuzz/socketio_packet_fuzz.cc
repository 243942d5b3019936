// Whatever a packet holds, decoding it ends in an error or in values that are what they claim.
#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/json/normalize.h"
#include "crema/socketio/attachments.h"
#include "crema/socketio/config.h"
#include "crema/socketio/packet.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

namespace json = crema::json;
namespace socketio = crema::socketio;

// Already normalised: normalising it again changes nothing.
void check_normal(std::string_view text) {
  std::string again;
  CREMA_ASSERT(json::normalize(text, json::NonFinite::kReject, again));
  CREMA_ASSERT(again == text);
}

void check_event(std::string_view payload) {
  std::string scratch;
  socketio::Event event;
  if (!socketio::decode_event(payload, scratch, event)) return;
  (void)socketio::placeholders_fit(scratch, 2);
  CREMA_ASSERT(!socketio::is_reserved_event(event.name));
  CREMA_ASSERT(crema::base::valid_utf8(event.name));
  std::string args;
  for (const json::Slice arg : event.args) {
    check_normal(arg);
    if (!args.empty()) args += ',';
    args += arg;
  }

  // What we write from it, we read as the same event.
  const std::string text = socketio::encode_event("/n", event.name, args);
  const auto packet = socketio::decode_packet(text);
  CREMA_ASSERT(packet && packet->nsp == "/n" && !packet->ack_id);
  std::string again_scratch;
  socketio::Event again;
  CREMA_ASSERT(socketio::decode_event(packet->payload, again_scratch, again));
  CREMA_ASSERT(again.name == event.name && again.args == event.args);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto packet = socketio::decode_packet(text);
  if (!packet) return 0;
  CREMA_ASSERT(packet->nsp.starts_with('/'));
  CREMA_ASSERT(packet->attachments <= socketio::kAttachmentsMax);
  CREMA_ASSERT(text.ends_with(packet->payload));
  check_event(packet->payload);
  std::string scratch;
  if (socketio::decode_auth(packet->payload, scratch)) check_normal(scratch);
  socketio::Event ack;
  if (socketio::decode_ack(packet->payload, scratch, ack)) {
    for (const json::Slice arg : ack.args) check_normal(arg);
  }
  return 0;
}
