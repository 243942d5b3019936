// A sink that writes down what it is told: for tests and fuzzers.
#pragma once

#include "crema/websocket/message_sink.h"

#include <string>
#include <vector>

namespace crema::websocket {

class RecordingSink final : public MessageSink {
 public:
  bool on_text(std::string_view text) override { return note("text:", text); }
  bool on_binary(std::string_view bytes) override { return note("binary:", bytes); }
  bool on_ping(std::string_view payload) override { return note("ping:", payload); }
  bool on_pong() override { return note("pong", ""); }
  bool on_close(std::optional<uint16_t> code) override {
    return note("close:", code ? std::to_string(*code) : "none");
  }

  // Says stop once it has been told that many things; 0 never.
  size_t stop_after = 0;
  std::vector<std::string> events;

 private:
  bool note(std::string_view kind, std::string_view what) {
    events.push_back(std::string{kind}.append(what));
    return events.size() != stop_after;
  }
};

}  // namespace crema::websocket
