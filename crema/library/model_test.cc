// Rooms and broadcasts against a model that could not be simpler: sets of names. All is told from
// one thread, so what each client hears, and in which order, is decided.
#include "crema/library/library_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace crema {
namespace {

constexpr int kClients = 7;
constexpr int kSteps = 600;

struct Model {
  std::set<std::string> rooms;
  std::vector<std::string> heard;
};

class ModelTest : public LibraryTest {
 protected:
  void open_all() {
    std::mutex mutex;
    io_.on("connection", [this, &mutex](Socket socket) {
      const std::lock_guard lock(mutex);
      sockets_.push_back(socket);
    });
    start();
    for (int i = 0; i < kClients; ++i) {
      clients_.push_back(open());
      clients_.back().send_text("40");
      const std::string answer = clients_.back().frame();
      ids_.push_back(answer.substr(answer.find("sid") + 6, 20));
    }
    // The handler may run after the answer has left.
    for (size_t known = 0; known < kClients;) {
      const std::lock_guard lock(mutex);
      known = sockets_.size();
    }
    std::ranges::sort(sockets_, {}, [this](const Socket& socket) {
      return std::ranges::find(ids_, socket.id()) - ids_.begin();
    });
    for (int i = 0; i < kClients; ++i) models_.push_back({{ids_[static_cast<size_t>(i)]}, {}});
  }

  std::string room() { return "r" + std::to_string(random_() % 5); }
  std::string room_or_id() { return random_() % 4 == 0 ? ids_[random_() % kClients] : room(); }
  std::vector<std::string> some() {
    std::vector<std::string> names(random_() % 3);
    std::ranges::generate(names, [this] { return room_or_id(); });
    return names;
  }
  static bool is_in_any(const Model& model, const std::vector<std::string>& names) {
    return std::ranges::any_of(names, [&](const auto& name) { return model.rooms.contains(name); });
  }
  template <class F>
  void for_each_in(const std::vector<std::string>& in, const std::vector<std::string>& except,
                   const F& fn) {
    for (Model& model : models_) {
      if ((in.empty() || is_in_any(model, in)) && !is_in_any(model, except)) fn(model);
    }
  }

  void step(int number) {
    const size_t who = random_() % kClients;
    const std::string name = room();
    const auto in = some();
    const auto except = some();
    const Target target = io_.sockets().all().to(in).except(except);
    switch (random_() % 7) {
      case 0:
        sockets_[who].join(name);
        models_[who].rooms.insert(name);
        return;
      case 1:
        sockets_[who].leave(name);
        models_[who].rooms.erase(name);
        return;
      case 2:
        target.sockets_join(name);
        return for_each_in(in, except, [&](Model& model) { model.rooms.insert(name); });
      case 3:
        target.sockets_leave(name);
        return for_each_in(in, except, [&](Model& model) { model.rooms.erase(name); });
      case 4:
        sockets_[who].emit("e", number);
        models_[who].heard.push_back(frame(number));
        return;
      case 5: {
        sockets_[who].broadcast().to(in).emit("e", number);
        return for_each_in(in, {ids_[who]},
                           [&](Model& model) { model.heard.push_back(frame(number)); });
      }
      default:
        target.emit("e", number);
        return for_each_in(in, except, [&](Model& model) { model.heard.push_back(frame(number)); });
    }
  }
  static std::string frame(int number) { return R"(42["e",)" + std::to_string(number) + "]"; }

  std::mt19937 random_{20};
  std::vector<Socket> sockets_;
  std::vector<std::string> ids_;
  std::vector<server::ClientForTest> clients_;
  std::vector<Model> models_;
};

INSTANTIATE_TEST_SUITE_P(Threads, ModelTest, testing::Values(1U, 2U, 4U));

TEST_P(ModelTest, EveryClientHearsWhatTheModelSays) {
  open_all();
  for (int number = 0; number < kSteps; ++number) step(number);
  io_.emit("end");
  for (size_t i = 0; i < kClients; ++i) {
    for (const std::string& expected : models_[i].heard) {
      ASSERT_EQ(clients_[i].frame(), expected) << "client " << i;
    }
    EXPECT_EQ(clients_[i].frame(), R"(42["end"])");
  }
}

TEST_P(ModelTest, AFetchFindsWhatTheModelSays) {
  open_all();
  for (int number = 0; number < kSteps; ++number) step(number);
  for (int check = 0; check < 20; ++check) {
    const auto in = some();
    const auto except = some();
    std::promise<std::set<std::string>> promise;
    io_.sockets().all().to(in).except(except).fetch_sockets([&](std::vector<RemoteSocket> found) {
      std::set<std::string> all;
      for (const RemoteSocket& each : found) {
        all.insert(each.id());
        const size_t who = static_cast<size_t>(std::ranges::find(ids_, each.id()) - ids_.begin());
        EXPECT_EQ(std::set(each.rooms().begin(), each.rooms().end()), models_[who].rooms);
      }
      promise.set_value(all);
    });
    std::set<std::string> expected;
    for (size_t i = 0; i < kClients; ++i) {
      if ((in.empty() || is_in_any(models_[i], in)) && !is_in_any(models_[i], except)) {
        expected.insert(ids_[i]);
      }
    }
    EXPECT_EQ(promise.get_future().get(), expected);
  }
}

}  // namespace
}  // namespace crema
