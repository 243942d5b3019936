#pragma once

#include <tl/expected.hpp>

#include <string>

namespace crema::load {

// What a step of the generator gives: its value, or a sentence for the person who runs it. The
// generator never acts on the kind of a failure: it stops and prints it.
template <typename T>
using Outcome = tl::expected<T, std::string>;

// `what` followed by the text of the current errno.
[[nodiscard]] tl::unexpected<std::string> system_failure(const std::string& what);

}  // namespace crema::load
