// Frames decoded in pieces are the frames decoded at once, within the memory the bounds allow.
#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/websocket/config.h"
#include "crema/websocket/decoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace {

using crema::websocket::Decoder;
using crema::websocket::Errc;

constexpr size_t kMessageMax = 256;

// Keeps a digest of the events.
class Digest final : public crema::websocket::MessageSink {
 public:
  bool on_text(std::string_view text) override {
    CREMA_ASSERT(crema::base::valid_utf8(text));
    return on_message('t', text);
  }
  bool on_binary(std::string_view bytes) override { return on_message('b', bytes); }
  bool on_ping(std::string_view payload) override {
    CREMA_ASSERT(payload.size() <= 125);
    return note('p', payload);
  }
  bool on_pong() override { return note('o', {}); }
  bool on_close(std::optional<uint16_t> code) override {
    add(static_cast<char>(code.value_or(0) >> 8));
    add(static_cast<char>(code.value_or(0)));
    return note('c', {});
  }

  uint64_t value = 14695981039346656037u;

 private:
  bool on_message(char kind, std::string_view message) {
    CREMA_ASSERT(message.size() <= kMessageMax);
    return note(kind, message);
  }
  bool note(char kind, std::string_view what) {
    add(kind);
    for (const char c : what) add(c);
    add('\n');
    return true;
  }
  void add(char c) { value = (value ^ static_cast<uint8_t>(c)) * 1099511628211u; }
};

struct Outcome {
  uint64_t events;
  std::optional<Errc> error;
};

// Pieces have the sizes that `cuts` lists, again and again; an empty list means one piece.
Outcome decode(std::string bytes, std::string_view cuts) {
  Digest sink;
  std::optional<Errc> error;
  Decoder decoder{kMessageMax};
  std::span<char> rest{bytes};
  for (size_t turn = 0; !rest.empty() && !error; ++turn) {
    const size_t piece =
        cuts.empty() ? rest.size() : 1 + static_cast<uint8_t>(cuts[turn % cuts.size()]) % 32;
    const size_t size = std::min(piece, rest.size());
    const auto fed = decoder.feed(rest.first(size), sink);
    if (!fed) error = fed.error();
    rest = rest.subspan(size);
    CREMA_ASSERT(decoder.owned_bytes() <= kMessageMax + crema::websocket::kPartialBytesMax);
  }
  return {sink.value, error};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::string bytes{input.substr(std::min<size_t>(size, 4))};
  const Outcome whole = decode(bytes, {});
  for (const std::string_view cuts : {input.substr(0, 4), std::string_view{"\0", 1}}) {
    const Outcome cut = decode(bytes, cuts);
    CREMA_ASSERT(cut.events == whole.events);
    CREMA_ASSERT(cut.error == whole.error);
  }
  return 0;
}
