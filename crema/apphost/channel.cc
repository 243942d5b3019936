#include "crema/apphost/channel.h"

#include "crema/apphost/config.h"
#include "crema/net/stream.h"

#include <array>
#include <memory>
#include <string>

namespace crema::apphost {

// What is posted to the loop holds it, and so does whatever calls out: an event may end the
// channel.
struct Channel::State final : net::StreamOwner, std::enable_shared_from_this<State> {
  State(net::Loop& l, int descriptor, Events e)
      : loop(l), stream(l, descriptor, *this), events(std::move(e)) {}

  void on_readable() override {
    const auto self = shared_from_this();
    std::array<char, 64 * 1024> buffer;
    const auto got = stream.read(buffer);
    if (got.status == net::Stream::Status::kWouldBlock) return;
    if (got.status != net::Stream::Status::kOk) return end("it closed the channel");
    reader.feed({buffer.data(), got.bytes});
    handle();
  }

  // At most kMessagesPerTurn: a host that talks without end has to wait for the others.
  void handle() {
    for (size_t i = 0; i < kMessagesPerTurn; ++i) {
      if (!stream.is_open()) return;
      const auto frame = reader.next();
      if (!frame) return end(hostwire::to_text(frame.error()));
      if (!*frame) return stream.start_reading();
      events.on_frame(**frame);
    }
    stream.stop_reading();
    loop.post_next_turn([self = shared_from_this()] { self->handle(); });
  }

  void end(std::string_view reason) {
    if (!stream.is_open()) return;
    stream.close();
    events.on_end(reason);
  }

  void flush_soon() {
    if (flushing || blocked) return;
    flushing = true;
    loop.post([self = shared_from_this()] { self->flush(); });
  }

  void flush() {
    flushing = false;
    if (!stream.is_open()) return;
    const auto sent = stream.write(std::string_view(out).substr(taken));
    taken += sent.bytes;
    if (taken == out.size()) {
      out.clear();
      taken = 0;
      return;
    }
    if (sent.status == net::Stream::Status::kClosed) return;  // Reading tells.
    if (taken > out.size() / 2) {
      out.erase(0, taken);
      taken = 0;
    }
    blocked = true;
    stream.when_writable();
  }

  void on_writable() override {
    blocked = false;
    flush();
  }

  // What it sent before is handled first; reading then tells.
  void on_broken() override {}

  net::Loop& loop;
  net::Stream stream;
  Events events;
  hostwire::FrameReader reader;
  std::string out;
  size_t taken = 0;
  bool flushing = false;
  bool blocked = false;
};

Channel::Channel(net::Loop& loop, int descriptor, Events events)
    : state_(std::make_shared<State>(loop, descriptor, std::move(events))) {}

Channel::~Channel() { close(); }

void Channel::send(std::string_view frames) {
  if (!state_->stream.is_open()) return;
  state_->out.append(frames);
  state_->flush_soon();
}

size_t Channel::waiting_bytes() const noexcept { return state_->out.size() - state_->taken; }

void Channel::close() { state_->stream.close(); }

}  // namespace crema::apphost
