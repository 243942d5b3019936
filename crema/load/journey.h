#pragma once

#include <cstdint>
#include <string>

namespace crema::load {

// What became of one client since everybody was ready. Times are monotonic_ns(); 0: it has not
// happened.
struct Journey {
  enum class End : std::uint8_t {
    kNone,
    kGaveUp,   // Its last attempt failed.
    kRefused,  // The server sent CONNECT_ERROR, or told it to go: it does not try again.
  };

  std::uint64_t lost_ns = 0;      // The first time.
  std::uint64_t answered_ns = 0;  // A session was opened again.
  std::uint64_t back_ns = 0;      // It is in its namespace again, and was not lost since.
  std::uint64_t heard_ns = 0;     // It got an event that was published after it was back.
  std::uint32_t losses = 0;
  std::uint32_t attempts = 0;
  bool is_recovered = false;
  End end = End::kNone;
  // Of the last loss, attempt or refusal.
  std::string reason = {};
};

}  // namespace crema::load
