#include "crema/load/client.h"

#include "crema/load/engine_packet.h"
#include "crema/load/envelope.h"
#include "crema/load/fields.h"
#include "crema/load/http_answer.h"

#include <fmt/format.h>

namespace crema::load {

Client::Client(const Script& script, std::uint32_t index)
    : script_(&script),
      index_(index),
      state_(script.transport() == Transport::kWebSocket ? State::kUpgrading
                                                         : State::kPollOpening) {}

void Client::fail(const std::string& reason, Tally& tally) {
  if (state_ == State::kFailed) return;
  if (state_ == State::kReady) --tally.ready;
  state_ = State::kFailed;
  if (tally.first_failure.empty()) {
    tally.first_failure = fmt::format("connection {}: {}", index_, reason);
  }
}

void Client::on_bytes(std::string_view& bytes, std::uint64_t now_ns, Tally& tally,
                      std::string& out) {
  while (state_ != State::kFailed && !bytes.empty()) {
    const bool took = is_polling()                  ? take_answer_of_poll(bytes, tally, out)
                      : state_ == State::kUpgrading ? on_response(bytes, tally, out)
                                                    : take_one_frame(bytes, now_ns, tally, out);
    if (!took) return;
  }
}

bool Client::take_one_frame(std::string_view& bytes, std::uint64_t now_ns, Tally& tally,
                            std::string& out) {
  Frame frame;
  const auto status = take_frame(bytes, frame);
  if (status == FrameStatus::kBroken) fail("broken frame", tally);
  if (status != FrameStatus::kWhole) return false;
  on_frame(frame, now_ns, tally, out);
  return true;
}

bool Client::take_answer_of_poll(std::string_view& bytes, Tally& tally, std::string& out) {
  HttpAnswer answer;
  const auto status = take_answer(bytes, answer);
  if (status == AnswerStatus::kBroken) fail("an answer without its length", tally);
  if (status != AnswerStatus::kWhole) return false;
  if (!answer.status_line.starts_with("HTTP/1.1 200")) {
    fail(std::string(answer.status_line), tally);
    return false;
  }
  on_poll_body(answer.body, tally, out);
  return true;
}

void Client::on_poll_body(std::string_view body, Tally& tally, std::string& out) {
  if (state_ == State::kPollOpening) return on_opened_by_polling(body, tally, out);
  if (state_ == State::kPollPosting) {
    if (body != "ok") return fail(std::string(body.substr(0, 200)), tally);
    state_ = State::kPollJoining;
    out += script_->poll_request(index_, sid_);
    return;
  }
  if (!body.starts_with(script_->connected_prefix)) {
    return fail(std::string(body.substr(0, 200)), tally);
  }
  become_ready(tally);
}

void Client::on_opened_by_polling(std::string_view body, Tally& tally, std::string& out) {
  sid_ = text_field(body, "sid");
  if (!body.starts_with("0{") || sid_.empty()) return fail("no open packet", tally);
  if (script_->transport() == Transport::kUpgrade) {
    state_ = State::kUpgrading;
    out += script_->upgrade_request(index_, sid_);
    return;
  }
  state_ = State::kPollPosting;
  out += script_->post_request(index_, sid_, script_->connect_packet);
}

bool Client::on_response(std::string_view& bytes, Tally& tally, std::string& out) {
  std::string fault;
  const auto status = take_upgrade(bytes, fault);
  if (status == AnswerStatus::kBroken) fail(fault, tally);
  if (status != AnswerStatus::kWhole) return false;
  state_ = State::kOpening;
  if (!sid_.empty()) append_client_frame(out, Opcode::kText, kProbe);
  return true;
}

void Client::on_frame(const Frame& frame, std::uint64_t now_ns, Tally& tally, std::string& out) {
  if (frame.opcode == Opcode::kText && frame.is_final) {
    return on_packet(frame.payload, now_ns, tally, out);
  }
  if (frame.opcode == Opcode::kClose) return fail("closed by the server", tally);
  if (frame.opcode == Opcode::kPing) {
    return append_client_frame(out, Opcode::kPong, frame.payload);
  }
  ++tally.unexpected_frames;
}

void Client::on_packet(std::string_view packet, std::uint64_t now_ns, Tally& tally,
                       std::string& out) {
  if (packet == kPing) {
    ++tally.heartbeats;
    return append_client_frame(out, Opcode::kText, kPong);
  }
  if (state_ != State::kReady) return on_unready_packet(packet, tally, out);
  if (packet.starts_with(script_->event_prefix)) {
    return count(packet.substr(script_->event_prefix.size()), now_ns, tally);
  }
  if (packet.starts_with(script_->ack_prefix)) {
    return on_ack(packet.substr(script_->ack_prefix.size()), now_ns, tally, out);
  }
  ++tally.unexpected_frames;
}

void Client::on_unready_packet(std::string_view packet, Tally& tally, std::string& out) {
  if (state_ == State::kOpening && packet == kProbeAnswer) {
    append_client_frame(out, Opcode::kText, kUpgrade);
  } else if (state_ == State::kJoining && packet.starts_with(script_->connected_prefix)) {
    return on_joined(tally, out);
  } else if (state_ == State::kSubscribing && packet == script_->subscribed_packet) {
    return become_ready(tally);
  } else if (state_ != State::kOpening || !packet.starts_with("0{")) {
    return fail(std::string(packet.substr(0, 200)), tally);
  }
  state_ = State::kJoining;
  append_client_frame(out, Opcode::kText, script_->connect_packet);
}

void Client::on_joined(Tally& tally, std::string& out) {
  const auto packets = script_->subscriptions(index_);
  if (packets.empty()) return become_ready(tally);
  state_ = State::kSubscribing;
  for (const auto& packet : packets) append_client_frame(out, Opcode::kText, packet);
}

void Client::become_ready(Tally& tally) {
  state_ = State::kReady;
  ++tally.ready;
}

void Client::on_ack(std::string_view answer, std::uint64_t now_ns, Tally& tally, std::string& out) {
  count(answer, now_ns, tally);
  send_echo(now_ns, tally, out);
}

void Client::send_echo(std::uint64_t now_ns, Tally& tally, std::string& out) {
  if (tally.echoes_to_send == 0) return;
  --tally.echoes_to_send;
  append_client_frame(out, Opcode::kText,
                      script_->echo({.sequence = ++echoes_sent_, .sent_ns = now_ns}));
}

// Each is due once and in order: of what is sent twice the second is out of order, and of what is
// lost the total says so.
void Client::count(std::string_view argument, std::uint64_t now_ns, Tally& tally) {
  const auto stamp = read_stamp(argument);
  if (!stamp) {
    ++tally.unexpected_frames;
    return;
  }
  if (stamp->sequence <= last_sequence_) ++tally.out_of_order;
  last_sequence_ = stamp->sequence;
  ++tally.delivered;
  tally.latency.record(now_ns > stamp->sent_ns ? now_ns - stamp->sent_ns : 0);
}

}  // namespace crema::load
