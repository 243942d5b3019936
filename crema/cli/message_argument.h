// The message of an event, from the command line or standard input.
#pragma once

#include "crema/base/result.h"

#include <cstddef>
#include <istream>
#include <string>

namespace crema::cli {

inline constexpr size_t kMessageBytesMax = 16 * 1024 * 1024;

// `argument` itself, or all of `input` when it is "-". What it holds is not looked at.
// Errors: a line for the person when the input is longer than kMessageBytesMax.
[[nodiscard]] base::Result<std::string, std::string> read_message(const std::string& argument,
                                                                  std::istream& input);

}  // namespace crema::cli
