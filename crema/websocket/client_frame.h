// Frames as a client writes them: for tests, fuzzers and benchmarks of the server.
#pragma once

#include "crema/websocket/frame_header.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::websocket {

// Where a frame stands in its message: kFinal has FIN.
enum class Fragment : uint8_t { kFinal, kMore };

// A masked frame. The key on the wire is `mask`, high byte first.
[[nodiscard]] std::string client_frame(Opcode opcode, std::string_view payload, uint32_t mask,
                                       Fragment fragment = Fragment::kFinal);

}  // namespace crema::websocket
