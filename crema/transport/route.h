// What a request asks of Engine.IO: the checks of the reference, in its order.
// Source: spec/socketio.md 1.2.
#pragma once

#include "crema/engineio/session_host.h"
#include "crema/http/request.h"
#include "crema/transport/config.h"
#include "crema/transport/refusal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::transport {

struct Route {
  enum class Kind : uint8_t {
    kOutside,     // not under Config::path: not ours to answer
    kRefused,     // see `refusal`
    kOtherShard,  // the session lives on `shard`: hand the connection over
    kOpenPolling,
    kOpenWebSocket,
    kPoll,       // GET of session `sid`
    kPost,       // POST of session `sid`
    kBadMethod,  // any other method of session `sid`: 500, the session survives
    kUpgrade,    // a WebSocket that names session `sid`
  };

  Kind kind;
  Refusal refusal = Refusal::kTransportUnknown;
  bool is_upgrade = false;  // The request asks for a WebSocket, and there are some.
  unsigned shard = 0;
  std::string sid;
};

// Who knows the sessions of this shard.
class SessionDirectory {
 public:
  [[nodiscard]] virtual unsigned this_shard() const = 0;
  [[nodiscard]] virtual unsigned shards() const = 0;
  // The transport of a session of this shard; nothing for an unknown id.
  [[nodiscard]] virtual std::optional<engineio::TransportKind> transport_of(
      std::string_view sid) const = 0;

 protected:
  ~SessionDirectory() = default;
};

[[nodiscard]] Route route(const http::Request& request, const Config& config,
                          const SessionDirectory& sessions);

}  // namespace crema::transport
