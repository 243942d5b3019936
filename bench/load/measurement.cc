#include "bench/load/measurement.h"

#include "bench/load/clock.h"
#include "bench/load/publisher.h"
#include "bench/load/swarm.h"

#include <chrono>

namespace crema::load {
namespace {

// After connecting, so that what the handshakes left to do is not charged to the messages; after
// the last burst, so that a message delivered twice is seen.
constexpr std::chrono::milliseconds kSettle{200};

// Reads the clocks when made and again on finish().
class PhaseMeter {
 public:
  static Outcome<PhaseMeter> start(pid_t pid) {
    const auto cpu = read_cpu(pid);
    if (!cpu) return tl::unexpected(cpu.error());
    return PhaseMeter(pid, *cpu);
  }

  Outcome<PhaseCost> finish() const {
    const auto wall_ns = monotonic_ns() - started_ns_;
    const auto cpu = read_cpu(pid_);
    if (!cpu) return tl::unexpected(cpu.error());
    return PhaseCost{.wall_ns = wall_ns,
                     .cpu = {.total_ns = cpu->total_ns - cpu_.total_ns,
                             .user_ns = cpu->user_ns - cpu_.user_ns,
                             .system_ns = cpu->system_ns - cpu_.system_ns}};
  }

 private:
  PhaseMeter(pid_t pid, CpuUsage cpu) : pid_(pid), cpu_(cpu), started_ns_(monotonic_ns()) {}

  pid_t pid_;
  CpuUsage cpu_;
  std::uint64_t started_ns_;
};

// Publishes whole bursts until at least `messages` are out or the time limit has passed; each is
// received by all before the next.
Outcome<void> deliver(const Options& options, Publisher& publisher, Swarm& swarm,
                      std::uint64_t messages) {
  const auto deadline = std::chrono::steady_clock::now() + options.time_limit;
  const auto last = publisher.published() + messages;
  while (publisher.published() < last && std::chrono::steady_clock::now() < deadline) {
    if (auto sent = publisher.publish(options.burst); !sent) return sent;
    const auto due = publisher.published() * options.connections;
    if (auto served = swarm.serve_until_delivered(due); !served) return served;
    if (auto replies = publisher.collect_replies(options.burst); !replies) return replies;
  }
  return {};
}

Outcome<void> read_memory_into(const Options& options, MemoryUsage& memory) {
  const auto read = read_memory(options.server_pid);
  if (!read) return tl::unexpected(read.error());
  memory = *read;
  return {};
}

Outcome<void> connect_phase(const Options& options, Swarm& swarm, Measurement& result) {
  const auto meter = PhaseMeter::start(options.server_pid);
  if (!meter) return tl::unexpected(meter.error());
  if (auto connected = swarm.connect_all(); !connected) return connected;
  const auto cost = meter->finish();
  if (!cost) return tl::unexpected(cost.error());
  result.connecting = *cost;
  if (auto settled = swarm.serve_for(kSettle); !settled) return settled;
  return read_memory_into(options, result.memory_connected);
}

Outcome<void> message_phase(const Options& options, Publisher& publisher, Swarm& swarm,
                            Measurement& result) {
  auto warm = deliver(options, publisher, swarm, options.warmup_messages);
  if (!warm) return warm;
  swarm.reset_latency();
  const auto published_before = publisher.published();
  const auto delivered_before = swarm.tally().delivered;

  const auto meter = PhaseMeter::start(options.server_pid);
  if (!meter) return tl::unexpected(meter.error());
  auto done = deliver(options, publisher, swarm, options.messages);
  if (!done) return done;
  const auto cost = meter->finish();
  if (!cost) return tl::unexpected(cost.error());

  result.delivering = *cost;
  result.messages = publisher.published() - published_before;
  result.deliveries = swarm.tally().delivered - delivered_before;
  return read_memory_into(options, result.memory_after);
}

// A run that delivered anything but each message once, in order, to everyone measures nothing.
Outcome<void> judge(const Options& options, const Publisher& publisher, const Tally& tally) {
  if (tally.delivered != publisher.published() * options.connections) {
    return tl::unexpected(std::string("more messages were delivered than published"));
  }
  if (tally.out_of_order != 0) {
    return tl::unexpected(std::to_string(tally.out_of_order) + " messages out of order");
  }
  if (tally.unexpected_frames != 0) {
    return tl::unexpected(std::to_string(tally.unexpected_frames) + " frames nobody asked for");
  }
  return {};
}

}  // namespace

Outcome<Measurement> measure(const Options& options) {
  Measurement result;
  auto publisher = Publisher::connect(options);
  if (!publisher) return tl::unexpected(publisher.error());
  auto swarm = Swarm::create(options);
  if (!swarm) return tl::unexpected(swarm.error());

  const auto subscribed_by = std::chrono::steady_clock::now() + options.stall_limit;
  auto step = publisher->wait_for_subscriber(subscribed_by);
  if (step) step = read_memory_into(options, result.memory_before);
  if (step) step = connect_phase(options, *swarm, result);
  if (step) step = message_phase(options, *publisher, *swarm, result);
  if (step) step = swarm->serve_for(kSettle);
  if (step) step = judge(options, *publisher, swarm->tally());
  if (!step) return tl::unexpected(step.error());
  result.tally = swarm->tally();
  return result;
}

}  // namespace crema::load
