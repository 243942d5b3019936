#include "crema/apphost/host.h"

#include "crema/apphost/counters.h"
#include "crema/apphost/server_message.h"
#include "crema/base/log.h"
#include "crema/hostwire/config.h"
#include "crema/net/listener.h"

#include <csignal>

namespace crema::apphost {

using hostwire::HostMessageType;

Host::Host(uint64_t id, net::Loop& loop, const Config& config, HostProgram program,
           std::vector<AppFile> apps, HostOwner& owner)
    : id_(id),
      loop_(loop),
      config_(config),
      program_(std::move(program)),
      apps_(std::move(apps)),
      owner_(owner) {}

Host::~Host() {
  if (!process_ || state_ == State::kEnded) return;
  kHosts.sub();
  net::close_descriptor(slot_);
}

base::Result<void, std::string> Host::start() {
  auto started = start_host(
      loop_, program_, config_, [this](std::string line) { on_line(std::move(line)); },
      [this](const std::string& how) { exited(how); });
  if (!started) return base::fail(started.error());
  kHosts.add();
  process_ = std::move(started->process);
  slot_ = started->slot;
  main_ = std::make_unique<Channel>(
      loop_, started->main_channel,
      Channel::Events{[this](const auto& frame) { on_frame(frame); },
                      [this](std::string_view reason) { fail(std::string(reason)); }});
  watch_ = std::make_unique<Channel>(
      loop_, started->watch_channel,
      Channel::Events{[this](const auto& frame) { on_watch_frame(frame); },
                      [this](std::string_view reason) { fail(std::string(reason)); }});
  started_ = loop_.now();
  main_->send(hello_frame(config_, program_.language, apps_));
  look_again_in(kLookInterval);
  return {};
}

base::Duration Host::running_for() const {
  return std::chrono::duration_cast<base::Duration>(loop_.now() - started_);
}

void Host::shut_down() {
  silent_ = true;
  if (state_ == State::kEnded || !process_) return;
  main_->send(Head("shutdown").frame());
  state_ = State::kFailing;
  look_again_in(kShutdownMax);
}

void Host::open(std::string_view frame) {
  if (!accepts()) return;
  opened_bytes_ += frame.size();
  main_->send(frame);
}

void Host::send(std::string_view frame) {
  if (!accepts()) return;
  main_->send(frame);
  if (main_->waiting_bytes() > kWaitingBytesFatal + opened_bytes_) {
    fail_and_ask("it does not read what waits");
  }
}

bool Host::send_event(std::string_view frame) {
  if (!accepts()) {
    kEventsLost.add();
    return false;
  }
  if (main_->waiting_bytes() > kWaitingBytesMax + opened_bytes_) {
    kEventsDropped.add();
    return false;
  }
  kEventsSent.add();
  main_->send(frame);
  return true;
}

bool Host::may_log() {
  const base::TimePoint now = loop_.now();
  if (now - log_second_ >= std::chrono::seconds(1)) {
    log_second_ = now;
    log_lines_ = 0;
  }
  return ++log_lines_ <= kLogLinesPerSecond;
}

void Host::violated(std::string_view reason) {
  kHostMessagesBad.add();
  fail(std::string(reason));
}

void Host::on_frame(const hostwire::FrameView& frame) {
  if (!accepts()) return;
  const auto message = hostwire::read_host_message(frame, scratch_);
  if (!message) return violated(hostwire::to_text(message.error()));
  switch (message->type) {
    case HostMessageType::kHello:
      if (message->version != hostwire::kVersion) return violated("it speaks another version");
      log::info("a handler host runs",
                {{"pid", process_->pid()}, {"runtime", message->text}, {"apps", apps_.size()}});
      return;
    case HostMessageType::kReady:
      if (state_ == State::kStarting) state_ = State::kRunning;
      return;
    case HostMessageType::kPong:
      if (message->call == ping_) pinged_.reset();
      return;
    default:
      return owner_.on_host_message(*this, *message, frame);
  }
}

void Host::on_watch_frame(const hostwire::FrameView& frame) {
  std::string scratch;
  const auto message = hostwire::read_host_message(frame, scratch);
  if (!message || message->type != HostMessageType::kWhere) return fail("its watch talks nonsense");
  if (state_ != State::kFailing) return;
  if (!message->app.empty()) end_.app = message->app;
  if (!message->file.empty()) end_.file = message->file + ":" + std::to_string(message->line);
  process_->kill(SIGKILL);
}

// What libraries and the runtime itself write; console.log and print come as messages.
void Host::on_line(std::string line) {
  log::info(line, {{"host", to_text(program_.language)}});
  last_line_ = std::move(line);
}

void Host::look_again_in(base::Duration time) { loop_.wheel().arm(*this, loop_.now() + time); }

void Host::on_expired(base::TimePoint) {
  if (state_ == State::kEnded) return;
  // The watch did not answer, or the host does not end: it is ended.
  if (state_ == State::kFailing) return process_->kill(SIGKILL);
  look();
}

void Host::look() {
  const base::TimePoint now = loop_.now();
  if (main_->waiting_bytes() == 0) opened_bytes_ = 0;
  if (process_->resident_bytes() > config_.memory_bytes_max) {
    return fail_and_ask("it uses more than " + std::to_string(config_.memory_bytes_max >> 20) +
                        " MiB of memory");
  }
  if (state_ == State::kStarting && now - started_ > config_.start_max) {
    return fail_and_ask("its files did not load in time");
  }
  if (state_ == State::kRunning && pinged_ && now - *pinged_ > config_.stall_max) {
    return fail_and_ask("a handler does not return");
  }
  if (state_ == State::kRunning && !pinged_) {
    pinged_ = now;
    main_->send(Head("ping").number("call", ++ping_).frame());
  }
  look_again_in(kLookInterval);
}

void Host::fail_and_ask(std::string reason) {
  if (!accepts()) return;
  state_ = State::kFailing;
  end_.reason = std::move(reason);
  watch_->send(Head("where").frame());
  look_again_in(kWhereMax);
}

void Host::fail(std::string reason) {
  if (!accepts()) return;
  state_ = State::kFailing;
  end_.reason = std::move(reason);
  // The process may be ending by itself: then it says better why.
  look_again_in(kLookInterval);
}

void Host::exited(const std::string& how) {
  if (state_ == State::kEnded) return;
  const bool by_itself = end_.reason.empty() || end_.reason == "it closed the channel";
  if (by_itself) {
    end_.reason = "it ended with " + how;
    if (!last_line_.empty()) end_.reason += ": " + last_line_;
  }
  if (end_.app.empty()) end_.app = app_in_slot();
  for (const AppFile& app : apps_) {
    if (end_.file.empty() && app.app == end_.app) end_.file = app.file;
  }
  state_ = State::kEnded;
  kHosts.sub();
  cancel();
  main_->close();
  watch_->close();
  net::close_descriptor(slot_);
  if (!silent_) owner_.on_host_ended(*this, end_);
}

std::string Host::app_in_slot() const {
  const auto number = read_slot(slot_);
  if (number && *number < apps_.size()) return apps_[*number].app;
  return apps_.size() == 1 ? apps_.front().app : std::string();
}

}  // namespace crema::apphost
