// Packets with binary attachments, and whatever else comes in between, to a connection: it ends, or
// its application gets as many attachments as the packet said, and placeholders that name them.
//
// A message is a length (one byte), its kind (0: text, else binary) and its bytes; text gets the
// beginning of a binary packet ahead of it when the kind's second bit is set.
#include "crema/base/check.h"
#include "crema/engineio/recording_host.h"
#include "crema/socketio/attachments.h"
#include "crema/socketio/config.h"
#include "crema/socketio/hub_for_test.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

namespace engineio = crema::engineio;
namespace socketio = crema::socketio;

void check_event(const socketio::Event& event) {
  CREMA_ASSERT(event.attachments.size() <= socketio::kAttachmentsMax);
  const auto count = static_cast<unsigned>(event.attachments.size());
  if (count == 0) return;  // A placeholder in a plain event is plain data.
  for (const crema::json::Slice arg : event.args) {
    CREMA_ASSERT(socketio::placeholders_fit(arg, count));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  socketio::Config config;
  config.attachment_bytes_max = 300;
  const engineio::Config engine_config;
  engineio::RecordingHost time;
  socketio::RecordingHubHost host(time);
  socketio::Hub hub(config, host);
  socketio::FakeApplication application(hub);
  hub.set_application(application);
  application.when_event = [](socketio::Socket&, const socketio::Event& event) {
    check_event(event);
  };
  {
    socketio::FakeClient client(hub, time, engine_config);
    client.send("0");
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (rest.size() >= 2 && client.open()) {
      const size_t length = std::min<size_t>(static_cast<uint8_t>(rest[0]), rest.size() - 2);
      const auto kind = static_cast<uint8_t>(rest[1]);
      const std::string message(rest.substr(2, length));
      rest.remove_prefix(2 + length);
      if (kind & 1) {
        client.session.on_binary(message);
      } else {
        client.send((kind & 2 ? "51-[\"e\"," : "") + message);
      }
    }
    (void)client.received();
  }
  hub.end_turn();
  return 0;
}
