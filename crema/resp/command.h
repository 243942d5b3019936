// Commands to bytes.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace crema::resp {

// An array of strings, as every Redis command is sent. Arguments may hold any bytes.
// Source: Redis serialization protocol specification, "Sending commands to a Redis server".
[[nodiscard]] std::string encode_command(std::span<const std::string_view> arguments);
[[nodiscard]] inline std::string encode_command(std::initializer_list<std::string_view> arguments) {
  return encode_command(std::span(arguments.begin(), arguments.size()));
}

}  // namespace crema::resp
