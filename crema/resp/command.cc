#include "crema/resp/command.h"

namespace crema::resp {
namespace {

constexpr size_t kFramingBytes = 32;  // More than "$18446744073709551615\r\n" and a line end.

void append_length(std::string& out, char type, size_t length) {
  out.push_back(type);
  out.append(std::to_string(length)).append("\r\n");
}

}  // namespace

std::string encode_command(std::span<const std::string_view> arguments) {
  size_t size = kFramingBytes;
  for (const std::string_view argument : arguments) size += argument.size() + kFramingBytes;
  std::string out;
  out.reserve(size);
  append_length(out, '*', arguments.size());
  for (const std::string_view argument : arguments) {
    append_length(out, '$', argument.size());
    out.append(argument).append("\r\n");
  }
  return out;
}

}  // namespace crema::resp
