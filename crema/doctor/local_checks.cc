#include "crema/doctor/local_checks.h"

#include "crema/net/http_client.h"

#include <algorithm>

namespace crema::doctor {
namespace {

constexpr base::Duration kAnswerMax{3'000};
// Strings, because g++ 12.2 warns of a copy out of bounds where it can see the length of a literal
// in a coroutine.
const std::string kHealth = "/health";
const std::string kHandshake = "/socket.io/?EIO=4&transport=polling";

// An address of this machine's own on which it can be reached.
std::string reachable_host(const app::Config& config) {
  const auto& hosts = config.host.value;
  if (hosts.empty() || hosts.front() == app::kEveryInterface) return "127.0.0.1";
  return hosts.front();
}

net::Endpoint endpoint(const app::Config& config) {
  if (!config.socketio_uds.value.empty()) return {{}, 0, config.socketio_uds.value};
  return {reachable_host(config), config.socketio_port.value, {}};
}

net::Task<base::Result<http::Response, net::Errc>> ask(net::Loop& loop, net::Endpoint at,
                                                       std::string target) {
  net::HttpCall call;
  call.upstream = std::move(at);
  call.target = std::move(target);
  call.timeout = kAnswerMax;
  auto fetching = net::fetch(loop, std::move(call));
  auto answer = co_await std::move(fetching);
  co_return std::move(answer);
}

Finding nobody(const std::string& where, const std::string& bench) {
  return {Verdict::kFailed, "realtime", "nobody listens at " + where,
          "start Crema (crema serve --bench " + bench +
              "); if its log says it runs, it has another socketio_port"};
}

Finding crema(const std::string& where) {
  return {Verdict::kOk, "realtime", "answers at " + where};
}

Finding not_crema(const base::Result<http::Response, net::Errc>& handshake,
                  const std::string& where, const std::string& bench) {
  if (handshake && handshake->status == 200 && handshake->body.starts_with("0{")) {
    return {Verdict::kNote, "realtime", "another realtime process than Crema answers at " + where,
            "crema bench install --bench " + bench};
  }
  return {Verdict::kFailed, "realtime", "what listens at " + where + " is no realtime process",
          "give the bench a socketio_port of its own"};
}

}  // namespace

std::string listening_at(const app::Config& config) { return endpoint(config).to_string(); }

net::Task<Finding> check_local(net::Loop& loop, SharedConfig shared) {
  const std::string where = listening_at(*shared);
  net::Endpoint at = endpoint(*shared);
  auto asking = ask(loop, at, kHealth);
  const auto answer = co_await std::move(asking);
  if (answer && answer->status == 200 && answer->body.starts_with("ok")) co_return crema(where);
  const bool is_away = !answer && answer.error() == net::Errc::kRefused;
  if (is_away) co_return nobody(where, shared->bench.value);
  auto shaking = ask(loop, at, kHandshake);
  const auto opened = co_await std::move(shaking);
  co_return not_crema(opened, where, shared->bench.value);
}

}  // namespace crema::doctor
