// What a test of a client needs to speak as its server.
#pragma once

#include "crema/load/frame.h"
#include "crema/load/options.h"
#include "crema/load/wire.h"

#include <string>
#include <string_view>
#include <vector>

namespace crema::load {

inline constexpr std::string_view kAccepted =
    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: "
    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
inline constexpr std::string_view kOpenPacket =
    R"(0{"sid":"S1","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000})";

inline std::string text_frame(std::string_view payload) {
  return std::string("\x81") + static_cast<char>(payload.size()) + std::string(payload);
}

inline std::string client_frame(std::string_view payload) {
  std::string frame;
  append_client_frame(frame, Opcode::kText, payload);
  return frame;
}

inline std::string answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

// The actions as words, and of a request only its first line or, with a body, that too:
// `post: open`, `poll: GET /socket.io/?EIO=4&transport=polling&sid=S1`, `websocket: close`.
inline std::vector<std::string> words_of(const Actions& actions) {
  std::vector<std::string> words;
  for (const auto& action : actions) {
    const auto* wire = action.wire == Wire::kPost   ? "post: "
                       : action.wire == Wire::kPoll ? "poll: "
                                                    : "websocket: ";
    std::string what = action.kind == Action::Kind::kOpen ? "open" : "close";
    if (action.kind == Action::Kind::kSend) {
      what = action.bytes.substr(0, action.bytes.find(" HTTP/1.1\r\n"));
      const auto body = action.bytes.find("\r\n\r\n");
      if (what.starts_with("POST")) what += ' ' + action.bytes.substr(body + 4);
    }
    words.push_back(wire + what);
  }
  return words;
}

}  // namespace crema::load
