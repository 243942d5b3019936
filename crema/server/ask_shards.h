// One question to every shard, and what they answered.
#pragma once

#include "crema/server/shard.h"

#include <memory>
#include <utility>
#include <vector>

namespace crema::server {

// Calls ask(shard) on each shard's thread, then done(answers), in no order, on that of `home`.
// Home shard only; nothing more is called once the loops have stopped.
template <class Ask, class Done>
void ask_shards(Shard& home, Ask ask, Done done) {
  using Answer = decltype(ask(home));
  struct Round {
    Done done;
    std::vector<Answer> answers;
  };
  auto round = std::make_shared<Round>(Round{std::move(done), {}});
  for (unsigned i = 0; i < home.shards(); ++i) {
    Shard& shard = home.peer(i);
    shard.loop().post([&home, &shard, ask, round] {
      home.loop().post([&home, round, answer = ask(shard)]() mutable {
        round->answers.push_back(std::move(answer));
        if (round->answers.size() == home.shards()) round->done(std::move(round->answers));
      });
    });
  }
}

}  // namespace crema::server
