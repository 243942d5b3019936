#include "crema/publish/after_commit.h"

#include <utility>

namespace crema::publish {

base::Result<void, EnvelopeError> AfterCommit::publish_realtime(Call call) {
  auto addressed = address(std::move(call), publisher_.caller());
  if (!addressed) return base::fail(std::move(addressed.error()));
  if (known_.contains(addressed->envelope)) return {};
  if (waiting_.size() >= kWaitingMax) return base::fail(EnvelopeError{Errc::kTooMany});
  known_.insert(addressed->envelope);
  waiting_.push_back(std::move(addressed->envelope));
  return {};
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
