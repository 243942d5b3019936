// Several shards in one thread, whose queues the test empties in any order it likes. What a handler
// posts leaves one by one, and between two posts the other shards go on as real ones do.
#pragma once

#include "crema/engineio/session_id.h"
#include "crema/socketio/hub_for_test.h"
#include "crema/socketio/recovery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

// Which shards have members, as server::RoomDirectory.
struct Directory {
  std::map<std::string, std::set<unsigned>> open;
  std::map<std::string, std::multiset<unsigned>> expected;

  static std::string key(std::string_view nsp, std::string_view room) {
    return std::string(nsp) + " " + std::string(room);
  }
  // One look at one room, as the real one takes a lock for each; empty: the namespace.
  std::set<unsigned> shards_of(const std::string& nsp, const std::string& room) {
    const std::string name = key(nsp, room);
    std::set<unsigned> found = open[name];
    found.insert(expected[name].begin(), expected[name].end());
    if (const auto shard = engineio::shard_of(room)) found.insert(*shard);
    return found;
  }
  // What is open or expected somewhere.
  [[nodiscard]] std::vector<std::string> left() const {
    std::vector<std::string> all;
    for (const auto& [key, shards] : open) {
      for (const unsigned shard : shards) all.push_back(std::to_string(shard) + " " + key);
    }
    for (const auto& [key, shards] : expected) {
      for (const unsigned shard : shards) all.push_back(std::to_string(shard) + " expects " + key);
    }
    return all;
  }
};

class Cluster;

class SimulatedShard final : public HubHost {
 public:
  SimulatedShard(Cluster& cluster, unsigned index);

  unsigned shard() const override { return index_; }
  unsigned shards() const override;
  base::TimePoint now() override;
  base::TimingWheel& wheel() override;
  void namespace_opened(std::string_view nsp) override { room_opened(nsp, ""); }
  void namespace_emptied(std::string_view nsp) override { room_emptied(nsp, ""); }
  void room_opened(std::string_view nsp, std::string_view room) override;
  void room_emptied(std::string_view nsp, std::string_view room) override;
  void expect_room(unsigned shard, std::string_view nsp, std::string_view room) override;
  void settle_room(std::string_view nsp, std::string_view room) override;
  void post_to(unsigned shard, std::function<void(Hub&)> fn) override;

 private:
  Cluster& cluster_;
  const unsigned index_;

 public:
  using Step = std::function<void()>;

  std::deque<std::function<void(Hub&)>> inbox;
  // What the handler that runs has still to do; its thread does nothing else before.
  std::deque<Step> steps;
  Hub hub;
  FakeApplication application{hub};
};

class Cluster {
 public:
  explicit Cluster(unsigned count) {
    config.recovery = RecoveryConfig{};
    for (unsigned i = 0; i < count; ++i) {
      shards.push_back(std::make_unique<SimulatedShard>(*this, i));
      shards.back()->hub.set_application(shards.back()->application);
    }
  }

  // As server::Shard::broadcast: it has its number, then each room is looked up, then the event is
  // posted to one shard after the other, and to the sockets of this shard last. Begins now; the
  // rest is for `step`.
  void begin_broadcast(unsigned origin, Selection to, const std::string& event) {
    auto made = make_broadcast(std::move(to), event, "", nullptr);
    shards[origin]->hub.number(made);
    const auto shared = std::make_shared<const Broadcast>(std::move(made));
    const auto found = std::make_shared<std::set<unsigned>>();
    const auto look = [this, origin, shared, found](const std::string& room) {
      shards[origin]->steps.push_back(
          [this, shared, found, room] { found->merge(directory.shards_of(shared->nsp, room)); });
    };
    if (shared->rooms.empty()) look("");
    for (const std::string& room : shared->rooms) look(room);
    shards[origin]->steps.push_back([this, origin, shared, found] {
      auto& steps = shards[origin]->steps;
      if (found->contains(origin)) {
        steps.push_front([this, origin, shared] { shards[origin]->hub.deliver(*shared); });
      }
      for (auto each = found->rbegin(); each != found->rend(); ++each) {
        if (*each == origin) continue;
        steps.push_front([this, shard = *each, shared] {
          shards[shard]->inbox.push_back([shared](Hub& there) { there.deliver(*shared); });
        });
      }
    });
  }
  void broadcast(unsigned origin, Selection to, const std::string& event) {
    begin_broadcast(origin, std::move(to), event);
    finish(origin);
  }
  // The next step of the handler that runs on that shard, or the next handler's first part.
  // False: it has nothing to do.
  bool step(unsigned shard) {
    SimulatedShard& it = *shards[shard];
    if (!it.steps.empty()) {
      const auto next = std::move(it.steps.front());
      it.steps.pop_front();
      next();
    } else if (!it.inbox.empty()) {
      const auto handler = std::move(it.inbox.front());
      it.inbox.pop_front();
      handler(it.hub);
    } else {
      return false;
    }
    if (it.steps.empty()) it.hub.end_turn();
    return true;
  }
  [[nodiscard]] bool busy(unsigned shard) const { return !shards[shard]->steps.empty(); }
  // The handler that runs there comes to its end.
  void finish(unsigned shard) {
    while (busy(shard)) step(shard);
  }
  void settle() {
    bool more = true;
    while (more) {
      more = false;
      for (unsigned i = 0; i < shards.size(); ++i) more |= step(i);
    }
    for (const auto& shard : shards) shard->hub.end_turn();
  }

  Config config;
  engineio::Config engine_config;
  engineio::RecordingHost time;
  Directory directory;
  std::vector<std::unique_ptr<SimulatedShard>> shards;
};

inline SimulatedShard::SimulatedShard(Cluster& cluster, unsigned index)
    : cluster_(cluster), index_(index), hub(cluster.config, *this) {}
inline unsigned SimulatedShard::shards() const {
  return static_cast<unsigned>(cluster_.shards.size());
}
inline base::TimePoint SimulatedShard::now() { return cluster_.time.now(); }
inline base::TimingWheel& SimulatedShard::wheel() { return cluster_.time.wheel(); }
inline void SimulatedShard::room_opened(std::string_view nsp, std::string_view room) {
  cluster_.directory.open[Directory::key(nsp, room)].insert(index_);
}
inline void SimulatedShard::room_emptied(std::string_view nsp, std::string_view room) {
  cluster_.directory.open[Directory::key(nsp, room)].erase(index_);
}
inline void SimulatedShard::expect_room(unsigned shard, std::string_view nsp,
                                        std::string_view room) {
  cluster_.directory.expected[Directory::key(nsp, room)].insert(shard);
}
inline void SimulatedShard::settle_room(std::string_view nsp, std::string_view room) {
  auto& expected = cluster_.directory.expected[Directory::key(nsp, room)];
  ASSERT_TRUE(expected.contains(index_)) << nsp << " " << room << ": settled once too often";
  expected.erase(expected.find(index_));
}
inline void SimulatedShard::post_to(unsigned shard, std::function<void(Hub&)> fn) {
  ASSERT_NE(shard, index_);
  steps.push_back(
      [this, shard, posted = std::move(fn)] { cluster_.shards[shard]->inbox.push_back(posted); });
}

// The official client, as far as recovery concerns it.
class Client {
 public:
  explicit Client(Cluster& cluster) : cluster_(cluster) {}

  void connect(unsigned shard) {
    shard_ = shard;
    raw_ = std::make_unique<FakeClient>(cluster_.shards[shard]->hub, cluster_.time,
                                        cluster_.engine_config);
    std::string auth = pid.empty() ? "{}" : R"({"pid":")" + pid + '"';
    if (!pid.empty()) auth += offset.empty() ? "}" : R"(,"offset":")" + offset + "\"}";
    raw_->send("0/a," + auth);
    connected = false;
  }
  // Reads, but no more than `most` packets: the others were on the wire when it was cut.
  void read(size_t most = 1'000'000) {
    if (!raw_) return;
    std::vector<std::string> packets = raw_->received();
    packets.resize(std::min(packets.size(), most));
    for (const std::string& packet : packets) {
      packet.starts_with("0/a,") ? on_connect(packet) : on_event(packet);
    }
  }
  void cut() {
    if (raw_) raw_->session.fail(engineio::CloseReason::kTransportClose);
    raw_.reset();
  }
  void leave() { raw_->send("1/a,"); }
  [[nodiscard]] bool has_connection() const { return raw_ && raw_->open(); }
  // On which it was connected last.
  [[nodiscard]] unsigned shard() const { return shard_; }

  std::string pid;
  std::string sid;
  std::string offset;
  bool connected = false;
  int sessions = 0;
  std::vector<std::string> heard;

 private:
  static std::string between(const std::string& text, const std::string& from) {
    const size_t at = text.find(from) + from.size();
    return text.substr(at, text.find('"', at) - at);
  }
  void on_connect(const std::string& packet) {
    connected = true;
    const std::string given = between(packet, R"("pid":")");
    sessions += given != pid;
    pid = given;
    sid = between(packet, R"("sid":")");
  }
  void on_event(const std::string& packet) {
    heard.push_back(between(packet, "[\""));
    const size_t end = packet.rfind('"');
    const size_t begin = packet.rfind('"', end - 1);
    offset = packet.substr(begin + 1, end - begin - 1);
  }

  Cluster& cluster_;
  std::unique_ptr<FakeClient> raw_;
  unsigned shard_ = 0;
};

}  // namespace crema::socketio
