// What a handler host tells the server. Source: docs/protocol/apphost.md, "From the host".
#pragma once

#include "crema/hostwire/frame.h"
#include "crema/json/slice.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::hostwire {

enum class HostMessageType : uint8_t {
  kHello,       // version, runtime
  kLoaded,      // app, file; text and line when it failed; `ready` with the last one
  kReady,       // every app was tried
  kEmit,        // site, event, args; socket, or rooms and except; volatile; call and timeout
  kAck,         // site, socket, ack, args
  kJoin,        // site, socket, rooms
  kLeave,       // site, socket, rooms
  kDisconnect,  // site, socket; close
  kPermission,  // call, site, socket, doctype, name
  kLog,         // app, level, text
  kError,       // app, text; file, line, event
  kPong,        // call
  kWhere,       // app; file, line: on the watch channel
};

// Fields that the type does not have are empty. Owns what it holds but for the slices.
struct HostMessage {
  HostMessageType type = HostMessageType::kPong;
  std::string site;
  std::string socket;
  std::string event;
  std::string app;
  std::string file;
  std::string text;   // Also `runtime` of a hello.
  std::string level;  // "debug", "info", "warn" or "error".
  std::string doctype;
  std::string name;
  std::vector<std::string> rooms;
  std::vector<std::string> except;
  // Normalised JSON, an array. Borrows `scratch`.
  json::Slice args;
  std::optional<uint64_t> call;
  uint64_t ack = 0;
  uint64_t line = 0;
  uint64_t version = 0;
  uint64_t timeout_ms = 0;  // 0: none was given.
  bool is_volatile = false;
  bool close = false;
};

// Reads a frame's head. `scratch` receives the normalised text that `args` borrows.
// Errors: kBadHead, kBadType, kMissingField, kBadField.
[[nodiscard]] Result<HostMessage> read_host_message(const FrameView& frame, std::string& scratch);

}  // namespace crema::hostwire
