#include "crema/cli/message_argument.h"

#include <array>

namespace crema::cli {

base::Result<std::string, std::string> read_message(const std::string& argument,
                                                    std::istream& input) {
  if (argument != "-") return argument;
  std::string message;
  std::array<char, 16 * 1024> chunk{};
  while (input.read(chunk.data(), chunk.size()) || input.gcount() > 0) {
    message.append(chunk.data(), static_cast<size_t>(input.gcount()));
    if (message.size() > kMessageBytesMax) {
      return base::fail(std::string("standard input is longer than 16 MiB"));
    }
  }
  return message;
}

}  // namespace crema::cli
