#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::load {

// A whole answer to a polling request; the views are into the bytes it was taken from.
struct HttpAnswer {
  std::string_view status_line;
  std::string_view body;
};

enum class AnswerStatus : std::uint8_t {
  kWhole,
  kIncomplete,
  kBroken,  // An answer without its length, a refused or wrong upgrade.
};

// Takes the first answer off `bytes`, which keeps what follows it. Source: RFC 9112, 6.
[[nodiscard]] AnswerStatus take_answer(std::string_view& bytes, HttpAnswer& answer);

// Takes the answer to a WebSocket handshake off `bytes`; when it is not the right one, `fault` says
// how and the status is kBroken. Source: RFC 6455, 4.1.
[[nodiscard]] AnswerStatus take_upgrade(std::string_view& bytes, std::string& fault);

}  // namespace crema::load
