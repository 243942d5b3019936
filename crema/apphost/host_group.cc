#include "crema/apphost/host_group.h"

#include "crema/apphost/counters.h"
#include "crema/apphost/server_message.h"
#include "crema/base/check.h"
#include "crema/base/log.h"

#include <algorithm>

namespace crema::apphost {
namespace {

uint64_t next_id() {
  static uint64_t last = 0;  // The home shard's thread only.
  return ++last;
}

}  // namespace

HostGroup::HostGroup(net::Loop& loop, const Config& config, HostProgram program,
                     std::vector<AppFile> apps, HostOwner& owner,
                     std::function<void(HostGroup&)> opened)
    : loop_(loop),
      config_(config),
      program_(std::move(program)),
      owner_(owner),
      opened_(std::move(opened)),
      apps_(std::move(apps)) {}

bool HostGroup::has(std::string_view app) const {
  return std::ranges::find(apps_, app, &AppFile::app) != apps_.end();
}

bool HostGroup::serves(const std::vector<std::string>& installed) const {
  return std::ranges::any_of(installed, [this](const std::string& app) { return has(app); });
}

void HostGroup::want() {
  if (!host_ && !armed()) start();
}

AppFile HostGroup::take(std::string_view app) {
  const auto found = std::ranges::find(apps_, app, &AppFile::app);
  CREMA_ASSERT(found != apps_.end() && !host_);
  AppFile taken = std::move(*found);
  apps_.erase(found);
  return taken;
}

void HostGroup::start() {
  host_ = std::make_unique<Host>(next_id(), loop_, config_, program_, apps_, owner_);
  if (const auto started = host_->start(); !started) {
    log::error("handlers cannot run",
               {{"host", to_text(program_.language)}, {"reason", started.error()}});
    std::unique_ptr<Host> never_ran;
    (void)restart_later(never_ran);
    return;
  }
  opened_(*this);
  host_->send(std::exchange(waiting_, {}));
}

base::Duration HostGroup::restart_later(std::unique_ptr<Host>& ended) {
  const bool was_healthy = host_->running_for() >= kHealthyAfter;
  ended = std::move(host_);
  delay_ = delay_.count() == 0 || was_healthy ? config_.restart_first
                                              : std::min(delay_ * 2, config_.restart_max);
  loop_.wheel().arm(*this, loop_.now() + delay_);
  return delay_;
}

std::unique_ptr<Host> HostGroup::release() {
  cancel();
  return std::move(host_);
}

void HostGroup::on_expired(base::TimePoint) { start(); }

void HostGroup::reload() {
  delay_ = base::Duration{0};
  if (host_) return host_->send(Head("reload").frame());
  if (!armed()) return;
  cancel();
  start();
}

void HostGroup::send(std::string_view frame) {
  if (host_) host_->send(frame);
}

void HostGroup::send_event(std::string_view frame) {
  if (host_ && host_->accepts()) {
    host_->send_event(frame);
    return;
  }
  if (waiting_.size() + frame.size() > kWaitingBytesMax) return kEventsDropped.add();
  waiting_.append(frame);
}

}  // namespace crema::apphost
