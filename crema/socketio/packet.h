// Socket.IO packets as text. Source: spec/socketio.md 2.1.
#pragma once

#include "crema/json/slice.h"
#include "crema/socketio/errc.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

enum class PacketType : char {
  kConnect = '0',
  kDisconnect = '1',
  kEvent = '2',
  kAck = '3',
  kConnectError = '4',
  kBinaryEvent = '5',
  kBinaryAck = '6',
};

// The head of a packet, and its payload as it came.
struct PacketView {
  PacketType type;
  unsigned attachments = 0;
  std::string_view nsp;  // "/" when the packet names none.
  std::optional<uint64_t> ack_id;
  std::string_view payload;  // Unchecked.
};

// Decodes the head. Borrows `text`.
// Errors: kBadType, kBadAttachments, kBadAckId. Source: spec/socketio.md 2.1.
[[nodiscard]] Result<PacketView> decode_packet(std::string_view text);

// The arguments of an EVENT, as slices of normalised JSON.
struct Event {
  std::string name;
  std::vector<json::Slice> args;
  std::optional<uint64_t> ack_id;
  // Of a binary event, whole; `args` names them by number.
  std::vector<std::string> attachments;
};

// Checks an EVENT's payload and takes it apart. `scratch` receives the normalised text that
// `event.args` borrows. Errors: kBadPayload, kReservedEvent.
[[nodiscard]] Result<void> decode_event(std::string_view payload, std::string& scratch,
                                        Event& event);

// The same for an ACK, whose payload is any array, or nothing: `event.args` only.
// Errors: kBadPayload.
[[nodiscard]] Result<void> decode_ack(std::string_view payload, std::string& scratch, Event& event);

// Checks a CONNECT's payload: an object, or nothing. `auth` receives it normalised ("{}").
// Errors: kBadPayload.
[[nodiscard]] Result<void> decode_auth(std::string_view payload, std::string& auth);

// Names that a client may not send and nobody may publish.
[[nodiscard]] bool is_reserved_event(std::string_view name);

// What the head of an EVENT may hold besides its namespace.
struct EventHead {
  size_t attachments = 0;  // More than 0: a BINARY_EVENT.
  std::optional<uint64_t> ack_id = {};
};

// `name` is UTF-8; `args` is normalised JSON: the arguments, joined by commas, or empty.
[[nodiscard]] std::string encode_event(std::string_view nsp, std::string_view name,
                                       std::string_view args, const EventHead& head = {});
// `args` as above; with attachments a BINARY_ACK.
[[nodiscard]] std::string encode_ack(std::string_view nsp, uint64_t id, std::string_view args,
                                     size_t attachments = 0);
// `pid` is empty when recovery is off.
[[nodiscard]] std::string encode_connect(std::string_view nsp, std::string_view socket_id,
                                         std::string_view pid = {});
// `data` is normalised JSON; empty: none.
[[nodiscard]] std::string encode_connect_error(std::string_view nsp, std::string_view message,
                                               json::Slice data = {});
[[nodiscard]] std::string encode_disconnect(std::string_view nsp);

}  // namespace crema::socketio
