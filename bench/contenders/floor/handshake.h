#pragma once

#include <string>
#include <string_view>

namespace crema::floor {

// The 101 answer to a request head, with the key it asks for. Source: RFC 6455, 4.2.2.
[[nodiscard]] std::string accept_upgrade(std::string_view request_head);

// Appends the header of an unmasked text frame. Source: RFC 6455, 5.2.
void append_frame_header(std::string& out, std::size_t length);

}  // namespace crema::floor
