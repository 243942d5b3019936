#pragma once

#include "crema/load/journey.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace crema::load {

// How many, and how long it took them, milliseconds. Negative: before what it counts from.
struct Spread {
  std::size_t count = 0;
  double median_ms = 0;
  double p99_ms = 0;
  double last_ms = 0;
};

// What became of everybody since all were ready.
struct Homecoming {
  static constexpr std::size_t kReasonsMax = 10;
  using Reasons = std::map<std::string, std::uint32_t>;  // The first ones, each of how many.

  std::uint32_t connections = 0;
  std::uint32_t lost = 0;
  std::uint32_t recovered = 0;
  std::uint32_t gave_up = 0;
  std::uint32_t refused = 0;
  std::uint32_t upgraded = 0;  // Are back and, by now, on a WebSocket.
  std::uint32_t losses_max = 0;
  std::uint32_t attempts_max = 0;
  Reasons gave_up_reasons;
  Reasons refused_reasons;

  // monotonic_ns(), 0: never. The first that was lost, and the first session opened after that.
  std::uint64_t first_lost_ns = 0;
  std::uint64_t first_answer_ns = 0;
  Spread back_since_lost;    // Each from its own first loss.
  Spread back_since_answer;  // All from `first_answer_ns`, as is when they heard.
  Spread heard_since_answer;

  [[nodiscard]] bool are_all_back() const { return back_since_lost.count == connections; }
  [[nodiscard]] bool have_all_heard() const { return heard_since_answer.count == connections; }
};

[[nodiscard]] Homecoming summarize(const std::vector<const Journey*>& journeys);

}  // namespace crema::load
