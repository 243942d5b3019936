// Result<T, E>: a value or the reason there is none. Errors a peer, a publisher, a file or the
// network can cause travel in it; no exception crosses a folder's boundary (docs/decisions).
#pragma once

#include <tl/expected.hpp>

namespace crema::base {

template <class T, class E>
using Result = tl::expected<T, E>;

// `return fail(Errc::kBadThing);`
template <class E>
[[nodiscard]] constexpr auto fail(E error) {
  return tl::make_unexpected(std::move(error));
}

}  // namespace crema::base
