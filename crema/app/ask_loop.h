// A question to a loop from another thread.
#pragma once

#include "crema/net/loop.h"

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace crema::app {

// How long a loop may take to answer before it counts as stuck.
inline constexpr std::chrono::seconds kLoopAnswerMax{2};

// Runs `question` on the loop and waits for its result; nothing when the loop does not get to it
// within kLoopAnswerMax (it may still run then, so it owns what it uses). Any other thread.
template <class Question>
[[nodiscard]] auto ask_loop(net::Loop& loop, Question question)
    -> std::optional<decltype(question())> {
  auto promise = std::make_shared<std::promise<decltype(question())>>();
  auto answer = promise->get_future();
  loop.post(
      [promise, question = std::move(question)]() mutable { promise->set_value(question()); });
  if (answer.wait_for(kLoopAnswerMax) != std::future_status::ready) return std::nullopt;
  return answer.get();
}

}  // namespace crema::app
