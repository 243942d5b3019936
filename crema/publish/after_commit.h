// What is published when a transaction has been committed, and not at all when it has not.
#pragma once

#include "crema/base/result.h"
#include "crema/net/loop.h"
#include "crema/publish/publisher.h"

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace crema::publish {

//   AfterCommit later(publisher);      // Beside the transaction.
//   auto saying = later.publish_realtime({.event = "doc_update", …});
//   auto said = co_await std::move(saying);
//   …                                  // An early return drops what waits: a rollback.
//   auto flushed = later.commit();     // After the database's own commit.
//   auto count = co_await std::move(flushed);
//
// Equal events are published once, in the order of their first call. Source: frappe-realtime 6.3.
class AfterCommit {
 public:
  // At most this many wait; see Errc::kTooMany.
  static constexpr size_t kWaitingMax = 10'000;

  // Borrows `publisher` for life.
  explicit AfterCommit(Publisher& publisher) : publisher_(publisher) {}
  AfterCommit(const AfterCommit&) = delete;
  AfterCommit& operator=(const AfterCommit&) = delete;

  // The event waits, and nobody has got it: 0. That of a task leaves at once, whatever becomes of
  // the transaction: a job's progress is seen while it runs.
  // Errors: all of Errc, here and not at the commit; Redis', of a task's. Source: 6.2, step 4.
  [[nodiscard]] net::Task<Subscribers> publish_realtime(Call call);

  // Publishes what waits and tells how many that were. Ends at the first failure of Redis; the
  // rest is dropped.
  [[nodiscard]] net::Task<base::Result<size_t, Failure>> commit();
  // Drops what waits, as the destructor does.
  void rollback();

 private:
  [[nodiscard]] Subscribers wait(std::string envelope);

  Publisher& publisher_;
  std::vector<std::string> waiting_;
  std::unordered_set<std::string> known_;  // The same, for looking up.
};

}  // namespace crema::publish
