#include "crema/server/websocket_conversation.h"

#include "crema/engineio/out_packet.h"
#include "crema/http/response.h"
#include "crema/server/counters.h"
#include "crema/server/session_entry.h"
#include "crema/server/shard.h"
#include "crema/websocket/close_code.h"
#include "crema/websocket/frame_header.h"

namespace crema::server {
namespace {

using engineio::Session;

void append_frame(std::string& out, websocket::Opcode opcode, std::string_view payload) {
  char header[websocket::kServerHeaderMax];
  out.append(header, websocket::write_server_header(header, opcode, payload.size()));
  out.append(payload);
}

engineio::CloseDetail detail_of(websocket::Errc error) {
  using engineio::CloseDetail;
  if (error == websocket::Errc::kMessageTooBig) return CloseDetail::kMessageTooBig;
  if (error == websocket::Errc::kInvalidUtf8) return CloseDetail::kInvalidUtf8;
  return CloseDetail::kBadFrame;
}

}  // namespace

WebSocketConversation::WebSocketConversation(Connection& connection, const http::Response& answer)
    : connection_(connection),
      decoder_(connection.shard().config().engineio.max_payload_bytes),
      control_(std::make_unique<std::string>(
          http::serialize(answer, http::KeepAlive::kYes, http::Body::kFull))) {}

WebSocketConversation::~WebSocketConversation() = default;

void WebSocketConversation::carry(SessionEntry& entry, std::string_view rest) {
  entry_ = &entry;
  role_ = Role::kCarrying;
  entry.attach(*this);
  read_rest(rest);
}

void WebSocketConversation::try_upgrade(SessionEntry& entry, std::string_view rest) {
  if (!entry.session().start_upgrade()) return close(std::nullopt);
  entry_ = &entry;
  role_ = Role::kTrying;
  entry.attach_upgrade(*this);
  connection_.flush_soon();
  read_rest(rest);
}

void WebSocketConversation::read_rest(std::string_view rest) {
  std::string bytes(rest);
  if (!bytes.empty()) on_bytes(bytes);
}

void WebSocketConversation::on_bytes(std::span<char> bytes) {
  if (role_ == Role::kOver) return;
  const auto fed = decoder_.feed(bytes, *this);
  if (!fed && role_ != Role::kOver) fail(fed.error());
}

bool WebSocketConversation::on_text(std::string_view text) {
  if (role_ == Role::kCarrying) {
    entry_->session().on_text(text);
    return role_ != Role::kOver;
  }
  switch (entry_->session().on_upgrade_text(text)) {
    case Session::UpgradeStep::kSendProbeAnswer:
      return answer_now(websocket::Opcode::kText, "3probe");
    case Session::UpgradeStep::kDone:
      role_ = Role::kCarrying;
      entry_->upgraded();
      break;
    case Session::UpgradeStep::kRefused:
      break;  // The session has let go of this connection: it is closed already.
  }
  return role_ != Role::kOver;
}

bool WebSocketConversation::on_binary(std::string_view bytes) {
  if (role_ == Role::kCarrying) {
    entry_->session().on_binary(bytes);
  } else {
    entry_->session().abort_upgrade();
  }
  return role_ != Role::kOver;
}

bool WebSocketConversation::on_ping(std::string_view payload) {
  return answer_now(websocket::Opcode::kPong, payload);
}

// A pong or a probe's answer. False: the peer does not read them and the connection is aborted.
bool WebSocketConversation::answer_now(websocket::Opcode opcode, std::string_view payload) {
  if (!has_room_for_answer()) role_ == Role::kCarrying ? send_queue() : send_control();
  if (!has_room_for_answer()) {
    kFloods.add();
    connection_.abort();
    return false;
  }
  append_frame(more_control(), opcode, payload);
  ++answers_;
  connection_.flush_soon();
  return true;
}

bool WebSocketConversation::has_room_for_answer() const {
  return control().size() <= kControlBytesMax && answers_ < kPendingAnswersMax;
}

std::string_view WebSocketConversation::control() const {
  return control_ ? std::string_view(*control_) : std::string_view();
}

std::string& WebSocketConversation::more_control() {
  if (!control_) control_ = std::make_unique<std::string>();
  return *control_;
}

void WebSocketConversation::control_sent(size_t bytes) {
  if (!control_) return;
  control_->erase(0, bytes);
  if (!control_->empty()) return;
  control_.reset();
  answers_ = 0;
}

bool WebSocketConversation::on_close(std::optional<uint16_t> code) {
  SessionEntry* entry = entry_;
  send_last();
  close(code);
  if (entry) entry->websocket_lost(*this);
  return false;
}

void WebSocketConversation::fail(websocket::Errc error) {
  kBadFrames.add();
  SessionEntry* entry = entry_;
  const bool carried = role_ == Role::kCarrying;
  send_last();
  close(websocket::close_code_of(error));
  if (carried) {
    entry->session().fail(engineio::CloseReason::kTransportError, detail_of(error));
  } else {
    entry->websocket_lost(*this);
  }
}

// The answers to what came before the end, in the same read perhaps, leave before the close frame.
void WebSocketConversation::send_last() {
  if (role_ == Role::kCarrying) send_queue();
}

void WebSocketConversation::close(std::optional<uint16_t> code) {
  entry_ = nullptr;
  role_ = Role::kOver;
  more_control().append(websocket::close_frame(code));
  // A close frame cut in two by a full kernel is not worth waiting for.
  (void)connection_.write(control());
  connection_.finish();
}

void WebSocketConversation::on_lost() {
  role_ = Role::kOver;
  if (SessionEntry* entry = std::exchange(entry_, nullptr)) entry->websocket_lost(*this);
}

void WebSocketConversation::flush() {
  if (role_ == Role::kOver) return;
  if (role_ == Role::kTrying) return send_control();
  send_queue();
  entry_->session().flushed(connection_.blocked() ? Session::Wire::kBlocked
                                                  : Session::Wire::kReady);
}

void WebSocketConversation::send_control() { control_sent(connection_.write(control())); }

void WebSocketConversation::send_queue() {
  if (connection_.blocked()) return;
  Session& session = entry_->session();
  while (!session.queue().empty() || control_) {
    if (session.queue().empty()) return send_control();
    if (!send_gathered()) return;
  }
}

// One send: control bytes and as many whole frames as fit, or what is left of one large frame.
// False when the kernel did not take it all.
bool WebSocketConversation::send_gathered() {
  Session& session = entry_->session();
  const engineio::PacketQueue& queue = session.queue();
  const std::span<char> buffer = connection_.shard().gather_buffer();
  const bool alone = queue.front_is_partial() || (!control_ && queue.has_one());
  const size_t of_control = alone ? 0 : control().copy(buffer.data(), buffer.size());
  const size_t frames =
      alone ? 0 : queue.copy_front(buffer.data() + of_control, buffer.size() - of_control);
  if (of_control + frames == 0) {  // Alone, or larger than the buffer: straight from where it is.
    const std::string_view rest = queue.front_rest();
    const size_t sent = connection_.write(rest);
    session.consume(sent);
    return sent == rest.size();
  }
  const size_t sent = connection_.write({buffer.data(), of_control + frames});
  const size_t control_bytes = std::min(sent, of_control);
  if (control_bytes != 0) control_sent(control_bytes);
  session.consume(sent - control_bytes);
  return sent == of_control + frames;
}

}  // namespace crema::server
