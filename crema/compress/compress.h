// Bodies to smaller bodies, with zlib.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::compress {

// The content codings of HTTP: RFC 1952, and RFC 1950 (which HTTP calls `deflate`).
enum class Coding : uint8_t { kGzip, kDeflate };

// As Accept-Encoding and Content-Encoding name it.
[[nodiscard]] std::string_view name_of(Coding coding);

// The whole of `body` in one piece. Takes about 256 KiB and the size of the result while it runs,
// and keeps nothing. None when there is no memory: send the body as it is.
[[nodiscard]] std::optional<std::string> compress(Coding coding, std::string_view body);

}  // namespace crema::compress
