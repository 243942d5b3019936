// Whatever a publisher sends on channel `events`: a broadcast to one site or to all, whose frame
// clients read as the same event, or a reason to drop it.
#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/frappe/event_message.h"
#include "crema/json/normalize.h"
#include "crema/socketio/packet.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace crema;  // NOLINT: a program of one file.

bool is_normal(std::string_view json) {
  std::string again;
  return json::normalize(json, json::NonFinite::kReject, again) && again == json;
}

// What a client of the namespace makes of the packet.
void check_packet(std::string_view text, std::string_view nsp) {
  const auto packet = socketio::decode_packet(text);
  CREMA_ASSERT(packet && packet->type == socketio::PacketType::kEvent && packet->nsp == nsp);
  CREMA_ASSERT(!packet->ack_id && is_normal(packet->payload));
  std::string scratch;
  socketio::Event event;
  CREMA_ASSERT(socketio::decode_event(packet->payload, scratch, event));
  CREMA_ASSERT(event.args.size() == 1 && is_normal(event.args.front()));
}

void check_for_a_site(const socketio::Broadcast& broadcast) {
  const std::string& nsp = broadcast.nsp;
  CREMA_ASSERT(nsp.size() > 1 && nsp.rfind('/') == 0 && base::valid_utf8(nsp));
  for (const std::string& room : broadcast.rooms) {
    CREMA_ASSERT(!room.empty() && base::valid_utf8(room));
  }
  std::string_view payload = broadcast.packet.payload();
  CREMA_ASSERT(payload.starts_with('4') && !broadcast.packet.is_binary());
  payload.remove_prefix(1);
  // A packet's namespace ends at the first comma: a site with one in its name has no sockets.
  if (nsp.find(',') == std::string::npos) check_packet(payload, nsp);
}

// Encoded by each namespace that has sockets.
void check_for_all(const socketio::Broadcast& broadcast) {
  CREMA_ASSERT(broadcast.rooms.empty() && !broadcast.packet);
  CREMA_ASSERT(base::valid_utf8(broadcast.event) && !broadcast.event.empty());
  CREMA_ASSERT(!socketio::is_reserved_event(broadcast.event));
  check_packet(socketio::encode_event("/n", broadcast.event, broadcast.args), "/n");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  std::string scratch = "what the last message left";
  const auto broadcast = frappe::decode_event_message(payload, scratch);
  scratch.assign(scratch.size(), '#');  // Nothing may refer to it.
  if (!broadcast) {
    CREMA_ASSERT(!frappe::to_text(broadcast.error()).empty());
    return 0;
  }
  CREMA_ASSERT(broadcast->except.empty() && !broadcast->attachments && !broadcast->ack);
  broadcast->nsp.empty() ? check_for_all(*broadcast) : check_for_a_site(*broadcast);
  return 0;
}
