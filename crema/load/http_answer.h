#pragma once

#include <cstdint>
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
  kBroken,  // Without a length: no Engine.IO server answers so.
};

// Takes the first answer off `bytes`, which keeps what follows it. Source: RFC 9112, 6.
[[nodiscard]] AnswerStatus take_answer(std::string_view& bytes, HttpAnswer& answer);

}  // namespace crema::load
