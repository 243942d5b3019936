#include "crema/websocket/decoder.h"

#include "crema/base/utf8.h"
#include "crema/websocket/client_header.h"
#include "crema/websocket/close_code.h"
#include "crema/websocket/config.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace crema::websocket {
namespace {

using Status = base::Result<void, Errc>;

std::string_view view(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

// Grows by doubling but never beyond `bytes_max`: the owned bytes stay within the bound.
void append(std::vector<char>& out, std::span<const char> piece, size_t bytes_max) {
  const size_t needed = out.size() + piece.size();
  if (needed > out.capacity()) {
    out.reserve(std::min(std::max(needed, 2 * out.capacity()), bytes_max));
  }
  out.insert(out.end(), piece.begin(), piece.end());
}

}  // namespace

struct Decoder::Partial {
  // The header under way, as long as it is incomplete.
  std::array<char, kClientHeaderMax> header_bytes{};
  size_t header_size = 0;

  // The frame under way, as long as its payload is incomplete.
  bool in_payload = false;
  ClientHeader frame;
  uint64_t payload_seen = 0;
  std::array<char, kControlBytesMax> control{};

  // The message under way: kText or kBinary, and 0 fragments while there is none.
  Opcode message_opcode = Opcode::kContinuation;
  size_t fragments = 0;
  std::vector<char> message;
  base::Utf8Checker utf8;

  [[nodiscard]] bool idle() const { return header_size == 0 && !in_payload && fragments == 0; }
};

// One call of `feed`. Once `stopped_` is set the decoder may be gone and is not touched.
class Decoder::Feed {
 public:
  Feed(Decoder& decoder, std::span<char> bytes, MessageSink& sink)
      : decoder_(decoder), rest_(bytes), sink_(sink) {}

  Status run() {
    while (!stopped_ && !rest_.empty()) {
      const bool in_payload = decoder_.partial_ && decoder_.partial_->in_payload;
      if (Status status = in_payload ? continue_frame() : begin_frame(); !status) return status;
    }
    return {};
  }

 private:
  Status begin_frame();
  Status continue_frame();
  base::Result<std::optional<ClientHeader>, Errc> read_header();
  [[nodiscard]] Status check(const ClientHeader& frame) const;

  Status on_whole_frame(const ClientHeader& frame, std::span<char> payload);
  Status on_message_piece(std::span<const char> piece);
  Status on_message_frame_end(const ClientHeader& frame);
  Status on_control(Opcode opcode, std::string_view payload);
  Status on_close(std::string_view payload);
  void deliver(Opcode opcode, std::string_view message);

  Partial& partial() {
    if (!decoder_.partial_) decoder_.partial_ = std::make_unique<Partial>();
    return *decoder_.partial_;
  }
  void release_if_idle() {
    if (decoder_.partial_ && decoder_.partial_->idle()) decoder_.partial_.reset();
  }
  // The frame is one of a message that has to be gathered.
  void count_fragment(const ClientHeader& frame);
  std::span<char> take(size_t size) {
    const std::span<char> taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  Decoder& decoder_;
  std::span<char> rest_;
  MessageSink& sink_;
  bool stopped_ = false;
};

Status Decoder::Feed::begin_frame() {
  const base::Result<std::optional<ClientHeader>, Errc> header = read_header();
  if (!header) return base::fail(header.error());
  if (!*header) return {};
  const ClientHeader& frame = **header;
  if (Status status = check(frame); !status) return status;
  const bool whole = frame.payload <= rest_.size();
  const bool alone = whole && frame.fin && frame.opcode != Opcode::kContinuation;
  if (!is_control(frame.opcode) && !alone) count_fragment(frame);
  if (whole) {
    const std::span<char> payload = take(static_cast<size_t>(frame.payload));
    apply_mask(payload, frame.mask, 0);
    return on_whole_frame(frame, payload);
  }
  Partial& kept = partial();
  kept.in_payload = true;
  kept.frame = frame;
  kept.payload_seen = 0;
  return {};
}

// Looks at the header where it lies; keeps its bytes only if it is cut off.
base::Result<std::optional<ClientHeader>, Errc> Decoder::Feed::read_header() {
  const size_t kept = decoder_.partial_ ? decoder_.partial_->header_size : 0;
  if (kept == 0) {
    auto header = parse_client_header(view(rest_));
    if (header && *header) {
      take((*header)->size);
      return header;
    }
    if (!header) return header;
  }
  Partial& state = partial();
  const size_t added = std::min(rest_.size(), kClientHeaderMax - kept);
  std::copy_n(rest_.begin(), added, state.header_bytes.begin() + static_cast<ptrdiff_t>(kept));
  auto header = parse_client_header({state.header_bytes.data(), kept + added});
  const bool complete = header && *header;
  take(complete ? (*header)->size - kept : added);
  state.header_size = complete ? 0 : kept + added;
  return header;
}

Status Decoder::Feed::check(const ClientHeader& frame) const {
  if (is_control(frame.opcode)) return {};
  const Partial* state = decoder_.partial_.get();
  const size_t fragments = state ? state->fragments : 0;
  const bool continues = frame.opcode == Opcode::kContinuation;
  if (continues && fragments == 0) return base::fail(Errc::kUnexpectedContinuation);
  if (!continues && fragments > 0) return base::fail(Errc::kMessageInterleaved);
  if (fragments == kFragmentsMax) return base::fail(Errc::kTooManyFragments);
  const size_t gathered = state ? state->message.size() : 0;
  if (frame.payload > decoder_.message_bytes_max_ - gathered) {
    return base::fail(Errc::kMessageTooBig);
  }
  return {};
}

void Decoder::Feed::count_fragment(const ClientHeader& frame) {
  Partial& state = partial();
  if (frame.opcode != Opcode::kContinuation) state.message_opcode = frame.opcode;
  ++state.fragments;
}

Status Decoder::Feed::on_whole_frame(const ClientHeader& frame, std::span<char> payload) {
  if (!decoder_.partial_ || decoder_.partial_->fragments == 0 || is_control(frame.opcode)) {
    release_if_idle();
    if (is_control(frame.opcode)) return on_control(frame.opcode, view(payload));
    if (frame.opcode == Opcode::kText && !base::valid_utf8(view(payload))) {
      return base::fail(Errc::kInvalidUtf8);
    }
    deliver(frame.opcode, view(payload));
    return {};
  }
  if (Status status = on_message_piece(payload); !status) return status;
  return on_message_frame_end(frame);
}

Status Decoder::Feed::continue_frame() {
  Partial& state = *decoder_.partial_;
  const ClientHeader frame = state.frame;
  const uint64_t missing = frame.payload - state.payload_seen;
  const std::span<char> piece = take(std::min<uint64_t>(rest_.size(), missing));
  const auto offset = static_cast<size_t>(state.payload_seen);
  apply_mask(piece, frame.mask, offset);
  state.payload_seen += piece.size();
  state.in_payload = state.payload_seen < frame.payload;
  if (!is_control(frame.opcode)) {
    if (Status status = on_message_piece(piece); !status) return status;
    return state.in_payload ? Status{} : on_message_frame_end(frame);
  }
  std::ranges::copy(piece, state.control.begin() + static_cast<ptrdiff_t>(offset));
  if (state.in_payload) return {};
  const std::array<char, kControlBytesMax> control = state.control;
  release_if_idle();
  return on_control(frame.opcode, {control.data(), static_cast<size_t>(frame.payload)});
}

Status Decoder::Feed::on_message_piece(std::span<const char> piece) {
  Partial& state = *decoder_.partial_;
  if (state.message_opcode == Opcode::kText && !state.utf8.feed(view(piece))) {
    return base::fail(Errc::kInvalidUtf8);
  }
  append(state.message, piece, decoder_.message_bytes_max_);
  return {};
}

Status Decoder::Feed::on_message_frame_end(const ClientHeader& frame) {
  if (!frame.fin) return {};
  Partial& state = *decoder_.partial_;
  if (state.message_opcode == Opcode::kText && !state.utf8.complete()) {
    return base::fail(Errc::kInvalidUtf8);
  }
  // The sink may destroy the decoder: it reads bytes that this call owns.
  const Opcode opcode = state.message_opcode;
  const std::vector<char> message = std::move(state.message);
  decoder_.partial_.reset();
  deliver(opcode, view(message));
  return {};
}

void Decoder::Feed::deliver(Opcode opcode, std::string_view message) {
  stopped_ = opcode == Opcode::kText ? !sink_.on_text(message) : !sink_.on_binary(message);
}

Status Decoder::Feed::on_control(Opcode opcode, std::string_view payload) {
  if (opcode == Opcode::kClose) return on_close(payload);
  stopped_ = opcode == Opcode::kPing ? !sink_.on_ping(payload) : !sink_.on_pong();
  return {};
}

Status Decoder::Feed::on_close(std::string_view payload) {
  std::optional<uint16_t> code;
  if (payload.size() == 1) return base::fail(Errc::kBadClose);
  if (payload.size() >= 2) {
    code = static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                 static_cast<uint8_t>(payload[1]));
    if (!valid_received_close_code(*code)) return base::fail(Errc::kBadClose);
    if (!base::valid_utf8(payload.substr(2))) return base::fail(Errc::kInvalidUtf8);
  }
  decoder_.closed_ = true;
  decoder_.partial_.reset();
  stopped_ = true;
  sink_.on_close(code);
  return {};
}

Decoder::Decoder(size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

size_t Decoder::owned_bytes() const {
  static_assert(sizeof(Partial) <= kPartialBytesMax);
  return partial_ ? sizeof(Partial) + partial_->message.capacity() : 0;
}

Status Decoder::feed(std::span<char> bytes, MessageSink& sink) {
  if (closed_) return {};
  return Feed{*this, bytes, sink}.run();
}

}  // namespace crema::websocket
