#include "crema/load/come_back.h"

#include "crema/load/clock.h"
#include "crema/load/crowd.h"
#include "crema/load/publisher.h"
#include "crema/load/room_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <vector>

namespace crema::load {
namespace {

using std::chrono::steady_clock;

// Looking at everybody, and an event for thousands, take CPU from what is measured.
constexpr std::chrono::milliseconds kLookEvery{20};
constexpr std::chrono::milliseconds kPublishEvery{500};

std::chrono::nanoseconds cpu_of_this_process() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::chrono::system_clock::time_point on_the_systems_clock(std::uint64_t monotonic) {
  if (monotonic == 0) return {};
  const std::chrono::nanoseconds ago(monotonic_ns() - monotonic);
  return std::chrono::system_clock::now() -
         std::chrono::duration_cast<std::chrono::system_clock::duration>(ago);
}

bool is_gone(const Journey& journey) { return journey.end != Journey::End::kNone; }

std::uint32_t count_awaited(const Crowd& crowd, bool (*is_awaited)(const Journey&)) {
  std::uint32_t awaited = 0;
  for (std::uint32_t i = 0; i < crowd.size(); ++i) {
    if (is_awaited(crowd.client(i).journey())) ++awaited;
  }
  return awaited;
}

std::uint32_t not_back(const Crowd& crowd) {
  return count_awaited(crowd, [](const Journey& it) { return it.back_ns == 0 && !is_gone(it); });
}

std::uint32_t deaf(const Crowd& crowd) {
  return count_awaited(crowd, [](const Journey& it) { return it.heard_ns == 0 && !is_gone(it); });
}

// Serves the crowd until nobody is awaited; false when time was over before.
Outcome<bool> wait_for(Crowd& crowd, std::uint32_t (*awaited)(const Crowd&), Deadline deadline) {
  while (awaited(crowd) != 0) {
    const auto now = steady_clock::now();
    if (now >= deadline) return false;
    const auto next_look = std::min(now + kLookEvery, deadline);
    while (steady_clock::now() < next_look) {
      if (auto served = crowd.serve_once(kLookEvery); !served) {
        return tl::unexpected(served.error());
      }
    }
  }
  return true;
}

// Publishes to every room again and again until everybody has heard; false when time was over
// before. A server that has just come may not have subscribed yet.
Outcome<bool> have_all_hear(Crowd& crowd, Publisher& publisher, const Options& options,
                            Deadline deadline) {
  const auto messages = messages_to_all(options);
  while (deaf(crowd) != 0) {
    if (steady_clock::now() >= deadline) return false;
    if (auto sent = publisher.publish(messages, monotonic_ns()); !sent) {
      return tl::unexpected(sent.error());
    }
    if (auto replies = publisher.drop_replies(messages); !replies) {
      return tl::unexpected(replies.error());
    }
    const auto until = std::min(steady_clock::now() + kPublishEvery, deadline);
    if (auto heard = wait_for(crowd, deaf, until); !heard) return heard;
  }
  return true;
}

Outcome<void> gather(Crowd& crowd, Publisher* publisher, const Options& options) {
  if (auto gathered = crowd.gather(); !gathered) return gathered;
  if (publisher == nullptr) return {};
  const auto deadline = steady_clock::now() + options.stall_limit;
  const auto heard = have_all_hear(crowd, *publisher, options, deadline);
  if (!heard) return tl::unexpected(heard.error());
  if (*heard && crowd.are_all_settled()) return {};
  if (*heard) return tl::unexpected(std::string("a connection was lost before all were ready"));
  return tl::unexpected(fmt::format("{} of {} got no event of their room after they had subscribed",
                                    deaf(crowd), crowd.size()));
}

Outcome<void> wait_for_homecoming(Crowd& crowd, Publisher* publisher, const Options& options) {
  const auto deadline = steady_clock::now() + options.come_back;
  const auto back = wait_for(crowd, not_back, deadline);
  if (!back) return tl::unexpected(back.error());
  if (!*back || publisher == nullptr) return {};
  const auto heard = have_all_hear(crowd, *publisher, options, deadline);
  if (!heard) return tl::unexpected(heard.error());
  return {};
}

Homecoming look_at(const Crowd& crowd) {
  std::vector<const Journey*> journeys;
  std::uint32_t upgraded = 0;
  for (std::uint32_t i = 0; i < crowd.size(); ++i) {
    const auto& client = crowd.client(i);
    journeys.push_back(&client.journey());
    if (client.journey().back_ns != 0 && client.is_by_websocket()) ++upgraded;
  }
  auto homecoming = summarize(journeys);
  homecoming.upgraded = upgraded;
  return homecoming;
}

Outcome<std::optional<Publisher>> connect_publisher(const Options& options) {
  if (!options.publishes()) return std::nullopt;
  auto publisher = Publisher::connect(options);
  if (!publisher) return tl::unexpected(publisher.error());
  return std::optional<Publisher>(std::move(*publisher));
}

}  // namespace

Outcome<ComeBack> come_back(const Options& options,
                            const std::function<void(std::chrono::nanoseconds)>& on_ready) {
  auto crowd = Crowd::create(options);
  if (!crowd) return tl::unexpected(crowd.error());
  auto publishing = connect_publisher(options);
  if (!publishing) return tl::unexpected(publishing.error());
  auto* publisher = *publishing ? &**publishing : nullptr;

  const auto started = steady_clock::now();
  if (auto step = gather(*crowd, publisher, options); !step) return tl::unexpected(step.error());
  const auto gathering = steady_clock::now() - started;
  const auto cpu = cpu_of_this_process();
  crowd->begin_journeys();
  on_ready(gathering);
  if (auto step = wait_for_homecoming(*crowd, publisher, options); !step) {
    return tl::unexpected(step.error());
  }
  ComeBack result;
  result.cpu = cpu_of_this_process() - cpu;
  result.homecoming = look_at(*crowd);
  result.first_lost_at = on_the_systems_clock(result.homecoming.first_lost_ns);
  result.first_answer_at = on_the_systems_clock(result.homecoming.first_answer_ns);
  return result;
}

}  // namespace crema::load
