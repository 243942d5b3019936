#include "crema/load/measurement.h"

#include "crema/load/clock.h"
#include "crema/load/publisher.h"
#include "crema/load/room_plan.h"
#include "crema/load/swarm.h"

#include <algorithm>
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
    if (pid == 0) return PhaseMeter(pid, {});
    const auto cpu = read_cpu(pid);
    if (!cpu) return tl::unexpected(cpu.error());
    return PhaseMeter(pid, *cpu);
  }

  Outcome<PhaseCost> finish() const {
    const auto wall_ns = monotonic_ns() - started_ns_;
    if (pid_ == 0) return PhaseCost{.wall_ns = wall_ns, .cpu = {}};
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

// What the phases share.
struct Run {
  const Options& options;
  Publisher* publisher;  // Null when nothing is published.
  Swarm& swarm;
  // Deliveries that should have arrived, since the start.
  std::uint64_t due = 0;
  std::uint64_t sent = 0;

  Outcome<void> publish(std::uint64_t sent_ns) {
    due += std::uint64_t{options.burst} * receivers(options);
    sent += options.burst;
    return publisher->publish(options.burst, sent_ns);
  }
  Outcome<void> collect() { return publisher->collect_replies(options.burst); }
};

// Publishes whole bursts until at least `messages` are out or the time limit has passed; each is
// received by all before the next.
Outcome<void> publish_in_turn(Run& run, std::uint64_t messages) {
  const auto deadline = std::chrono::steady_clock::now() + run.options.time_limit;
  const auto last = run.sent + messages;
  while (run.sent < last && std::chrono::steady_clock::now() < deadline) {
    if (auto sent = run.publish(monotonic_ns()); !sent) return sent;
    if (auto served = run.swarm.serve_until_delivered(run.due); !served) return served;
    if (auto replies = run.collect(); !replies) return replies;
  }
  return {};
}

// Publishes at a steady rate. The messages say when they should have left: what waits because the
// generator is late counts as latency.
Outcome<void> publish_at_rate(Run& run, std::uint64_t messages) {
  constexpr std::uint64_t kSecond_ns = 1'000'000'000;
  const auto interval_ns = kSecond_ns / run.options.bursts_per_second;
  const auto started_ns = monotonic_ns();
  const auto bursts = std::min(
      (messages + run.options.burst - 1) / run.options.burst,
      run.options.bursts_per_second * static_cast<std::uint64_t>(run.options.time_limit.count()));
  for (std::uint64_t i = 0; i < bursts; ++i) {
    const auto scheduled_ns = started_ns + i * interval_ns;
    if (auto served = run.swarm.serve_until(scheduled_ns); !served) return served;
    if (auto sent = run.publish(scheduled_ns); !sent) return sent;
    if (auto replies = run.collect(); !replies) return replies;
  }
  return run.swarm.serve_until_delivered(run.due);
}

Outcome<void> echo(Run& run, std::uint64_t messages) {
  run.due += messages;
  run.sent += messages;
  run.swarm.begin_echoes(run.options.echo_depth, messages);
  return run.swarm.serve_until_delivered(run.due);
}

Outcome<void> deliver(Run& run, std::uint64_t messages) {
  if (messages == 0) return {};
  if (run.options.echo_depth != 0) return echo(run, messages);
  if (run.options.bursts_per_second != 0) return publish_at_rate(run, messages);
  return publish_in_turn(run, messages);
}

Outcome<void> read_memory_into(const Options& options, MemoryUsage& memory) {
  if (options.server_pid == 0) return {};
  const auto read = read_memory(options.server_pid);
  if (!read) return tl::unexpected(read.error());
  memory = *read;
  return {};
}

Outcome<void> connect_phase(const Options& options, Swarm& swarm, Measurement& result) {
  const auto kernel_before = read_kernel_kb();
  if (!kernel_before) return tl::unexpected(kernel_before.error());
  const auto meter = PhaseMeter::start(options.server_pid);
  if (!meter) return tl::unexpected(meter.error());
  if (auto connected = swarm.connect_all(); !connected) return connected;
  const auto cost = meter->finish();
  if (!cost) return tl::unexpected(cost.error());
  result.connecting = *cost;
  if (auto settled = swarm.serve_for(kSettle); !settled) return settled;
  const auto kernel_after = read_kernel_kb();
  if (!kernel_after) return tl::unexpected(kernel_after.error());
  result.kernel_kb =
      static_cast<std::int64_t>(*kernel_after) - static_cast<std::int64_t>(*kernel_before);
  return read_memory_into(options, result.memory_connected);
}

Outcome<void> hold_phase(const Options& options, Swarm& swarm, Measurement& result) {
  const auto heartbeats = swarm.tally().heartbeats;
  const auto meter = PhaseMeter::start(options.server_pid);
  if (!meter) return tl::unexpected(meter.error());
  if (auto held = swarm.serve_for(options.hold); !held) return held;
  const auto cost = meter->finish();
  if (!cost) return tl::unexpected(cost.error());
  result.holding = *cost;
  result.heartbeats_held = swarm.tally().heartbeats - heartbeats;
  return read_memory_into(options, result.memory_held);
}

Outcome<void> message_phase(Run& run, Measurement& result) {
  run.swarm.abandon_stuck();
  if (auto warm = deliver(run, run.options.warmup_messages); !warm) return warm;
  run.swarm.reset_latency();
  const auto sent_before = run.sent;
  const auto delivered_before = run.swarm.tally().delivered;

  const auto meter = PhaseMeter::start(run.options.server_pid);
  if (!meter) return tl::unexpected(meter.error());
  if (auto done = deliver(run, run.options.messages); !done) return done;
  const auto cost = meter->finish();
  if (!cost) return tl::unexpected(cost.error());

  result.delivering = *cost;
  result.messages = run.sent - sent_before;
  result.deliveries = run.swarm.tally().delivered - delivered_before;
  return read_memory_into(run.options, result.memory_after);
}

// A run that delivered anything but each message once, in order, to everyone measures nothing.
Outcome<void> judge(const Run& run) {
  const auto& tally = run.swarm.tally();
  if (tally.delivered != run.due) {
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

Outcome<Measurement> run_phases(Run& run) {
  Measurement result;
  auto step = read_memory_into(run.options, result.memory_before);
  if (step) step = connect_phase(run.options, run.swarm, result);
  if (step && run.options.hold.count() != 0) step = hold_phase(run.options, run.swarm, result);
  if (step && run.options.messages != 0) step = message_phase(run, result);
  if (step) step = run.swarm.serve_for(kSettle);
  if (step) step = judge(run);
  if (!step) return tl::unexpected(step.error());
  result.tally = run.swarm.tally();
  return result;
}

}  // namespace

Outcome<Measurement> measure(const Options& options) {
  auto swarm = Swarm::create(options);
  if (!swarm) return tl::unexpected(swarm.error());
  Run run{.options = options, .publisher = nullptr, .swarm = *swarm};
  if (!options.publishes()) return run_phases(run);
  auto publisher = Publisher::connect(options);
  if (!publisher) return tl::unexpected(publisher.error());
  const auto subscribed_by = std::chrono::steady_clock::now() + options.stall_limit;
  if (auto step = publisher->wait_for_subscriber(subscribed_by); !step) {
    return tl::unexpected(step.error());
  }
  run.publisher = &*publisher;
  return run_phases(run);
}

}  // namespace crema::load
