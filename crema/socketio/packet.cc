#include "crema/socketio/packet.h"

#include "crema/json/normalize.h"
#include "crema/socketio/config.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace crema::socketio {
namespace {

constexpr std::array<std::string_view, 6> kReservedEvents = {
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto digits = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

Result<unsigned> take_attachments(std::string_view& rest) {
  const std::string_view digits = take_digits(rest);
  if (digits.empty() || digits.size() > 2 || rest.empty() || rest.front() != '-') {
    return base::fail(Errc::kBadAttachments);
  }
  rest.remove_prefix(1);
  unsigned count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (count == 0 || count > kAttachmentsMax) return base::fail(Errc::kBadAttachments);
  return count;
}

std::string_view take_namespace(std::string_view& rest) {
  if (rest.empty() || rest.front() != '/') return "/";
  const size_t end = rest.find(',');
  const std::string_view nsp = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return nsp;
}

// White space before an array is where the reference looks for an ack id: it is refused.
bool take_array(std::string_view payload, std::string& scratch, std::vector<json::Slice>& args) {
  scratch.clear();
  return json::normalize_array(payload, scratch, args).has_value();
}

// With room for `more` bytes behind it.
std::string head(PacketType type, std::string_view nsp, size_t attachments = 0, size_t more = 0) {
  std::string text;
  text.reserve(nsp.size() + 24 + more);
  text.push_back(static_cast<char>(type));
  if (attachments != 0) text.append(std::to_string(attachments)).append("-");
  if (nsp != "/") text.append(nsp).append(",");
  return text;
}

}  // namespace

Result<PacketView> decode_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return base::fail(Errc::kBadType);
  PacketView packet{
      .type = static_cast<PacketType>(text.front()), .nsp = {}, .ack_id = {}, .payload = {}};
  std::string_view rest = text.substr(1);
  if (packet.type == PacketType::kBinaryEvent || packet.type == PacketType::kBinaryAck) {
    const auto count = take_attachments(rest);
    if (!count) return base::fail(count.error());
    packet.attachments = *count;
  }
  packet.nsp = take_namespace(rest);
  if (const std::string_view digits = take_digits(rest); !digits.empty()) {
    if (digits.size() > kAckIdDigitsMax) return base::fail(Errc::kBadAckId);
    uint64_t id = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), id);
    packet.ack_id = id;
  }
  packet.payload = rest;
  return packet;
}

Result<void> decode_event(std::string_view payload, std::string& scratch, Event& event) {
  if (!take_array(payload, scratch, event.args) || event.args.empty()) {
    return base::fail(Errc::kBadPayload);
  }
  const json::Slice name = event.args.front();
  if (auto text = json::string_value(name)) {
    event.name = std::move(*text);
  } else if (json::number_value(name)) {
    event.name = name;
  } else {
    return base::fail(Errc::kBadPayload);
  }
  if (is_reserved_event(event.name)) return base::fail(Errc::kReservedEvent);
  event.args.erase(event.args.begin());
  return {};
}

Result<void> decode_ack(std::string_view payload, std::string& scratch, Event& event) {
  event.args.clear();
  if (payload.empty() || take_array(payload, scratch, event.args)) return {};
  return base::fail(Errc::kBadPayload);
}

Result<void> decode_auth(std::string_view payload, std::string& auth) {
  auth.clear();
  if (payload.empty()) {
    auth = "{}";
    return {};
  }
  if (!json::normalize(payload, json::NonFinite::kReject, auth) || !json::is_object(auth)) {
    return base::fail(Errc::kBadPayload);
  }
  return {};
}

bool is_reserved_event(std::string_view name) {
  return std::ranges::find(kReservedEvents, name) != kReservedEvents.end();
}

std::string encode_event(std::string_view nsp, std::string_view name, std::string_view args,
                         const EventHead& with) {
  const PacketType type = with.attachments == 0 ? PacketType::kEvent : PacketType::kBinaryEvent;
  std::string text = head(type, nsp, with.attachments, name.size() + args.size() + 28);
  if (with.ack_id) text.append(std::to_string(*with.ack_id));
  text.push_back('[');
  json::append_quoted(text, name);
  if (!args.empty()) text.append(",").append(args);
  text.append("]");
  return text;
}

std::string encode_ack(std::string_view nsp, uint64_t id, std::string_view args,
                       size_t attachments) {
  const PacketType type = attachments == 0 ? PacketType::kAck : PacketType::kBinaryAck;
  std::string text = head(type, nsp, attachments, args.size() + 2);
  text.append(std::to_string(id)).append("[").append(args).append("]");
  return text;
}

std::string encode_connect(std::string_view nsp, std::string_view socket_id, std::string_view pid) {
  std::string text = head(PacketType::kConnect, nsp, 0, socket_id.size() + pid.size() + 12);
  text.append(R"({"sid":")").append(socket_id);
  if (!pid.empty()) text.append(R"(","pid":")").append(pid);
  text.append("\"}");
  return text;
}

std::string encode_connect_error(std::string_view nsp, std::string_view message, json::Slice data) {
  std::string text = head(PacketType::kConnectError, nsp);
  text.append(R"({"message":)");
  json::append_quoted(text, message);
  if (!data.empty()) text.append(R"(,"data":)").append(data);
  text.append("}");
  return text;
}

std::string encode_disconnect(std::string_view nsp) { return head(PacketType::kDisconnect, nsp); }

}  // namespace crema::socketio
