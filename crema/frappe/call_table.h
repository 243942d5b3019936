// Questions to the web process, asked once: one call in flight per key, its answer shared and kept
// for a while, a bound on the calls of one site, and retries while nobody can answer.
#pragma once

#include "crema/base/check.h"
#include "crema/base/timing_wheel.h"
#include "crema/net/loop.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crema::frappe {

struct CallBounds {
  size_t calls_per_site_max;
  size_t waiting_per_site_max;  // Askers of one site that have no answer yet.
  base::Duration wait_max;      // For a call to be free, and for an answer that is not a retry.
};

// What to do with an answer.
struct CallVerdict {
  enum class Next : uint8_t { kTell, kRetrySoon, kRetryNow };
  Next next = Next::kTell;
  base::Duration keep{0};  // With kTell: how long it serves later questions.
};

// Home shard only. `Answer` is copied to everyone who asked.
//
//   kQueued ──a call is free──► kCalling ──kTell──► kAnswered ──`keep` passed──► gone
//      ▲                           │
//      └────── kWaiting ◄──retry───┘
//
// Past wait_max a retry is told as it is, and who is still queued that there were too many.
template <class Answer>
class CallTable {
 public:
  using Done = std::function<void(const Answer&)>;
  // Starts one call; it hands over its answer once, whatever happens. (Not a coroutine here: g++
  // 12.2 cannot link one that is a template's member.)
  using Call = std::function<void(std::function<void(Answer)> answered)>;
  // `again` counts how often this question was asked again at once: kRetryNow.
  using Judge = std::function<CallVerdict(const Answer&, int again)>;

  CallTable(net::Loop& loop, CallBounds bounds, Judge judge, Answer overloaded)
      : loop_(loop),
        bounds_(bounds),
        judge_(std::move(judge)),
        overloaded_(std::move(overloaded)) {}
  CallTable(const CallTable&) = delete;
  CallTable& operator=(const CallTable&) = delete;

  // `key` names the question, the site included. `done` is called once, perhaps at once.
  void ask(const std::string& site, const std::string& key, Call call, Done done) {
    const auto found = questions_.find(key);
    if (found != questions_.end() && found->second->state == State::kAnswered) {
      return done(*found->second->answer);
    }
    Site& at = sites_[site];
    if (at.asked >= bounds_.waiting_per_site_max) return done(overloaded_);
    ++at.asked;
    if (found != questions_.end()) return found->second->waiting.push_back(std::move(done));
    auto created = std::make_unique<Question>(*this, site, key, std::move(call));
    Question& question = *created;
    question.give_up_at = loop_.now() + bounds_.wait_max;
    question.waiting.push_back(std::move(done));
    questions_.emplace(key, std::move(created));
    enqueue(question, Place::kBack);
    pump(site);
  }

  // Whether `ask` would be answered by what is kept.
  [[nodiscard]] bool keeps(const std::string& key) const {
    const auto found = questions_.find(key);
    return found != questions_.end() && found->second->state == State::kAnswered;
  }
  // CallBounds::wait_max of questions that are asked from now on.
  void set_wait(base::Duration wait_max) { bounds_.wait_max = wait_max; }

  [[nodiscard]] size_t size() const noexcept { return questions_.size(); }

 private:
  enum class State : uint8_t { kQueued, kCalling, kWaiting, kAnswered };

  struct Question final : base::WheelEntry {
    Question(CallTable& t, std::string s, std::string k, Call c)
        : table(t), site(std::move(s)), key(std::move(k)), call(std::move(c)) {}
    void on_expired(base::TimePoint) override { table.on_deadline(*this); }

    CallTable& table;
    const std::string site;
    const std::string key;
    Call call;
    State state = State::kQueued;
    int attempts = 0;  // Calls made.
    int again = 0;     // Of them those that followed at once.
    base::TimePoint give_up_at;
    std::optional<Answer> answer;
    std::vector<Done> waiting;
  };
  struct Site {
    size_t calling = 0;
    size_t asked = 0;  // Calls of `ask` that wait for their answer.
    std::deque<Question*> queue;
    bool pumping = false;
  };
  enum class Place : uint8_t { kFront, kBack };

  void enqueue(Question& question, Place place) {
    question.state = State::kQueued;
    auto& queue = sites_.at(question.site).queue;
    queue.insert(place == Place::kFront ? queue.begin() : queue.end(), &question);
    loop_.wheel().arm(question, question.give_up_at);
  }

  // Calls that are answered at once are followed by the next here, not one inside the other.
  void pump(const std::string& site) {
    const auto found = sites_.find(site);
    if (found == sites_.end() || found->second.pumping) return;
    Site& at = found->second;
    at.pumping = true;
    while (at.calling < bounds_.calls_per_site_max && !at.queue.empty()) start_next(at);
    at.pumping = false;
    if (at.asked == 0 && at.calling == 0) sites_.erase(site);
  }

  // The call may be answered, and the tables change, before this returns.
  void start_next(Site& at) {
    Question& question = *at.queue.front();
    at.queue.pop_front();
    ++at.calling;
    ++question.attempts;
    question.state = State::kCalling;
    question.cancel();
    const Call call = question.call;
    // The question cannot go while its call is under way.
    call([this, key = question.key](Answer answer) {
      on_answer(*questions_.at(key), std::move(answer));
    });
  }

  void on_answer(Question& question, Answer answer) {
    const std::string site = question.site;
    --sites_.at(site).calling;
    const CallVerdict verdict = judge_(answer, question.again);
    const bool may_retry = loop_.now() < question.give_up_at;
    if (verdict.next == CallVerdict::Next::kRetryNow && may_retry) {
      ++question.again;
      enqueue(question, Place::kFront);
    } else if (verdict.next == CallVerdict::Next::kRetrySoon && may_retry) {
      question.state = State::kWaiting;
      loop_.wheel().arm(question, loop_.now() + backoff(question.attempts));
    } else {
      tell(question, std::move(answer), verdict.keep);
    }
    pump(site);
  }

  void tell(Question& question, Answer answer, base::Duration keep) {
    question.answer = std::move(answer);
    question.state = State::kAnswered;
    question.call = nullptr;
    // Those who are told may ask again; the question is answered by then.
    const std::vector<Done> waiting = std::exchange(question.waiting, {});
    sites_.at(question.site).asked -= waiting.size();
    const Answer told = *question.answer;
    if (keep.count() == 0) {
      questions_.erase(std::string(question.key));
    } else {
      loop_.wheel().arm(question, loop_.now() + keep);
    }
    for (const Done& done : waiting) done(told);
  }

  void on_deadline(Question& question) {
    const std::string site = question.site;
    switch (question.state) {
      case State::kAnswered:
        questions_.erase(std::string(question.key));
        return;
      case State::kWaiting:
        enqueue(question, Place::kBack);
        break;
      case State::kQueued: {
        auto& queue = sites_.at(site).queue;
        queue.erase(std::ranges::find(queue, &question));
        tell(question, overloaded_, base::Duration{0});
        break;
      }
      case State::kCalling:  // Not armed: the call has a deadline of its own.
        CREMA_ASSERT(false);
    }
    pump(site);
  }

  // 250 ms, 500 ms, 1 s, then every 2 s.
  [[nodiscard]] static base::Duration backoff(int attempts) {
    return base::Duration(250) * (1 << std::min(attempts - 1, 3));
  }

  net::Loop& loop_;
  CallBounds bounds_;
  const Judge judge_;
  const Answer overloaded_;
  std::unordered_map<std::string, std::unique_ptr<Question>> questions_;
  std::unordered_map<std::string, Site> sites_;
};

}  // namespace crema::frappe
