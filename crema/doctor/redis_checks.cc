#include "crema/doctor/redis_checks.h"

#include "crema/app/redis_address.h"
#include "crema/base/random.h"
#include "crema/doctor/bench_files.h"
#include "crema/publish/envelope.h"
#include "crema/redis/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

// g++ 12.2 inlines Asio's `operator new` of a coroutine's frame here, and then takes Asio's own
// `operator delete` for another allocator's.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace crema::doctor {
namespace {

using redis::Connection;
using redis::Errc;

constexpr base::Duration kServerMax{5'000};

Finding unreachable(const char* key, const redis::Address& address, Errc error) {
  std::string what = fmt::format("{}: {}", address.to_log_string(), redis::to_string(error));
  std::string cure;
  switch (error) {
    case Errc::kResolve:
      cure = fmt::format("correct the host of {} in sites/common_site_config.json", key);
      break;
    case Errc::kRefused:
      cure = fmt::format("start Redis (bench start, or supervisorctl start), or correct {}", key);
      break;
    case Errc::kAuthRefused:
      cure = fmt::format("put the user and password into {}: redis://user:password@host:port", key);
      break;
    case Errc::kCertificate:
    case Errc::kTls:
      cure = fmt::format("name the CA's file as crema.tls_ca, or write {} with redis://", key);
      break;
    case Errc::kGarbage:
    case Errc::kUnexpectedReply:
      cure = fmt::format("something else listens there; correct the port of {}", key);
      break;
    default:
      cure = "see Redis' own log";
  }
  return {Verdict::kFailed, key, std::move(what), std::move(cure)};
}

// Two connections to one server: one listens, one speaks.
net::Task<base::Result<void, Errc>> round_trip(net::Loop& loop, redis::Address address) {
  const base::TimePoint deadline = base::steady_now() + kServerMax;
  auto first = Connection::open(loop, address, deadline);
  auto listener = co_await std::move(first);
  if (!listener) co_return base::fail(listener.error());
  const std::string channel = "crema_doctor:" + base::random_id(12);
  std::vector<std::string> subscribe = {"SUBSCRIBE", channel};
  auto subscribing = (*listener)->command(std::move(subscribe), deadline);
  auto subscribed = co_await std::move(subscribing);
  if (!subscribed) co_return base::fail(subscribed.error());
  if (subscribed->kind() == resp::Kind::kError) {
    co_return base::fail(redis::classify_error_reply(subscribed->text()));
  }

  auto second = Connection::open(loop, address, deadline);
  auto speaker = co_await std::move(second);
  if (!speaker) co_return base::fail(speaker.error());
  std::vector<std::string> publish = {"PUBLISH", channel, "hello"};
  auto publishing = (*speaker)->command(std::move(publish), deadline);
  auto published = co_await std::move(publishing);
  if (!published) co_return base::fail(published.error());
  if (published->kind() == resp::Kind::kError) {
    co_return base::fail(redis::classify_error_reply(published->text()));
  }

  // A command that Redis allows a subscriber: its answer comes behind the message.
  std::vector<std::string> ping = {"PING"};
  auto pinging = (*listener)->command(std::move(ping), deadline);
  auto message = co_await std::move(pinging);
  if (!message) co_return base::fail(message.error());
  const bool arrived = message->kind() == resp::Kind::kArray && message->size() == 3 &&
                       message->at(0).text() == "message" && message->at(2).text() == "hello";
  if (!arrived) co_return base::fail(Errc::kUnexpectedReply);
  co_return base::Result<void, Errc>{};
}

// How many are subscribed to Frappe's events there; nothing when Redis does not say.
net::Task<std::optional<int64_t>> listeners(net::Loop& loop, redis::Address address) {
  const base::TimePoint deadline = base::steady_now() + kServerMax;
  auto opening = Connection::open(loop, address, deadline);
  auto connection = co_await std::move(opening);
  if (!connection) co_return std::nullopt;
  std::vector<std::string> question = {"PUBSUB", "NUMSUB", std::string(publish::kChannel)};
  auto asking = (*connection)->command(std::move(question), deadline);
  auto answer = co_await std::move(asking);
  if (!answer || answer->kind() != resp::Kind::kArray || answer->size() != 2)
    co_return std::nullopt;
  co_return answer->at(1).integer();
}

net::Task<Findings> check_queue(net::Loop& loop, redis::Address address) {
  Findings findings;
  const std::string name = address.to_log_string();
  auto going = round_trip(loop, address);
  const auto around = co_await std::move(going);
  if (!around) {
    findings.push_back(unreachable("redis_queue", address, around.error()));
    co_return findings;
  }
  findings.push_back({Verdict::kOk, "redis_queue", name + ": a published message comes back"});
  auto counting = listeners(loop, address);
  const auto count = co_await std::move(counting);
  if (!count) co_return findings;
  if (*count > 0) {
    findings.push_back({Verdict::kOk, "events",
                        fmt::format("{} subscribed to the events on redis_queue", *count)});
  } else {
    findings.push_back({Verdict::kFailed, "events",
                        "no realtime process is subscribed to the events on redis_queue",
                        "start Crema; if it runs, it was started with another redis_queue: compare "
                        "crema config with its first log lines"});
  }
  co_return findings;
}

// A realtime process that listens at the wrong server gets nothing, silently.
net::Task<Findings> check_confused(net::Loop& loop, std::string key, redis::Address address) {
  Findings findings;
  auto counting = listeners(loop, address);
  const auto count = co_await std::move(counting);
  if (count.value_or(0) > 0) {
    findings.push_back(
        {Verdict::kFailed, "events",
         fmt::format("{} subscribed to the events on {}, where Frappe 15 and later publish nothing",
                     *count, key),
         "that process reads the wrong Redis: from version 15 on it is redis_queue"});
  }
  co_return findings;
}

void append(Findings& to, Findings more) {
  for (Finding& finding : more) to.push_back(std::move(finding));
}

}  // namespace

net::Task<Findings> check_redis(net::Loop& loop, SharedConfig shared) {
  const app::Config& config = *shared;
  Findings findings;
  if (config.redis_queue.is_default()) {
    findings.push_back({Verdict::kNote, "redis_queue", "is not configured; the default is tried",
                        "set redis_queue in sites/common_site_config.json as bench does"});
  }
  const auto queue = app::redis_address(config.redis_queue.value, config);
  if (!queue) {
    findings.push_back({Verdict::kFailed, "redis_queue",
                        std::string(redis::to_string(queue.error())),
                        "write it as redis://host:port, rediss://host:port or unix:///path"});
    co_return findings;
  }
  auto checking = check_queue(loop, *queue);
  Findings checked = co_await std::move(checking);
  append(findings, std::move(checked));

  const std::string old = read_common_key(config.bench.value, "redis_socketio");
  const std::pair<const char*, std::string> others[] = {{"redis_cache", config.redis_cache.value},
                                                        {"redis_socketio", old}};
  std::vector<std::string> seen = {queue->endpoint.to_string()};
  for (const auto& [key, url] : others) {
    const auto other = app::redis_address(url, config);
    if (url.empty() || !other) continue;
    const std::string where = other->endpoint.to_string();
    if (std::ranges::find(seen, where) != seen.end()) continue;
    seen.push_back(where);
    std::string name = key;
    redis::Address address = *other;
    auto confusing = check_confused(loop, std::move(name), std::move(address));
    Findings confused = co_await std::move(confusing);
    append(findings, std::move(confused));
  }
  if (config.redis_cache.value.empty()) {
    findings.push_back({Verdict::kNote, "redis_cache",
                        "is not configured: sockets of sessions that end are not disconnected",
                        "set redis_cache in sites/common_site_config.json"});
  }
  co_return findings;
}

}  // namespace crema::doctor
