#include "crema/publish/after_commit.h"

#include <utility>

namespace crema::publish {

net::Task<Subscribers> AfterCommit::publish_realtime(Call call) {
  auto addressed = address(std::move(call), publisher_.caller());
  if (!addressed) co_return base::fail(Failure(std::move(addressed.error())));
  if (addressed->departure == Departure::kAtOnce) {
    auto sending = publisher_.send(std::move(addressed->envelope));
    auto subscribers = co_await std::move(sending);
    co_return subscribers;
  }
  co_return wait(std::move(addressed->envelope));
}

Subscribers AfterCommit::wait(std::string envelope) {
  if (known_.contains(envelope)) return 0;
  if (waiting_.size() >= kWaitingMax) {
    return base::fail(Failure(EnvelopeError{Errc::kTooMany}));
  }
  known_.insert(envelope);
  waiting_.push_back(std::move(envelope));
  return 0;
}

void AfterCommit::rollback() {
  waiting_.clear();
  known_.clear();
}

net::Task<base::Result<size_t, Failure>> AfterCommit::commit() {
  const std::vector<std::string> envelopes = std::exchange(waiting_, {});
  known_.clear();
  for (const std::string& envelope : envelopes) {
    auto sending = publisher_.send(envelope);
    auto subscribers = co_await std::move(sending);
    if (!subscribers) co_return base::fail(std::move(subscribers.error()));
  }
  co_return envelopes.size();
}

}  // namespace crema::publish
