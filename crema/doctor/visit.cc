#include "crema/doctor/visit.h"

#include "crema/doctor/websocket_client.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"

#include <utility>

namespace crema::doctor {
namespace {

using Kind = ChannelError::Kind;

constexpr base::Duration kStepMax{10'000};
constexpr const char* kPath = "/socket.io/?EIO=4&transport=";

std::vector<http::Header> browser_headers(const VisitPlan& plan) {
  return {{"Host", plan.url.authority()},
          {"Origin", plan.url.origin()},
          {"Cookie", "sid=" + plan.sid},
          {"User-Agent", "crema doctor"}};
}

Get request_of(const VisitPlan& plan, const char* transport) {
  return {.target = std::string(kPath) + transport, .headers = browser_headers(plan)};
}

bool is_open_packet(std::string_view text) { return text.starts_with("0{\"sid\":"); }

std::string message_of(std::string_view payload) {
  std::string text;
  if (!json::normalize(payload, json::NonFinite::kNull, text)) return std::string(payload);
  const auto message = json::member(text, "message");
  return message ? json::string_value(*message).value_or(text) : text;
}

// The conversation after 101. Ends at the first step that does not work.
class Conversation {
 public:
  Conversation(WebSocketClient& client, const VisitPlan& plan)
      : client_(client), plan_(plan), prefix_("/" + plan.site + ",") {}

  net::Task<Visit> run() {
    auto opening = expect("0{");
    auto opened = co_await std::move(opening);
    if (!opened) co_return ended(Step::kOpen, std::move(opened.error()));
    auto connecting = connect();
    Visit connected = co_await std::move(connecting);
    if (connected.stopped_at != Step::kDone) co_return connected;
    auto pinging = ping();
    auto answered = co_await std::move(pinging);
    if (!answered) co_return ended(Step::kPing, std::move(answered.error()));
    auto publishing = plan_.publish();
    const bool published = co_await std::move(publishing);
    if (!published) co_return ended(Step::kEvent, ChannelError{Kind::kRefused});
    std::string event = "42" + prefix_ + "[\"" + plan_.probe + '"';
    auto waiting = expect(std::move(event));
    auto arrived = co_await std::move(waiting);
    if (!arrived) co_return ended(Step::kEvent, std::move(arrived.error()));
    co_return ended(Step::kDone, std::nullopt);
  }

 private:
  static Visit ended(Step step, std::optional<ChannelError> error) {
    return {.stopped_at = step, .error = std::move(error)};
  }

  net::Task<Visit> connect() {
    std::string request = "40" + prefix_;
    auto sending = client_.send(std::move(request));
    auto sent = co_await std::move(sending);
    if (!sent) co_return ended(Step::kConnect, std::move(sent.error()));
    auto waiting = expect("4");
    auto answer = co_await std::move(waiting);
    if (!answer) co_return ended(Step::kConnect, std::move(answer.error()));
    if (answer->starts_with("40" + prefix_)) co_return ended(Step::kDone, std::nullopt);
    Visit refused = ended(Step::kConnect, std::nullopt);
    const size_t payload = answer->find('{');
    if (payload != std::string::npos) refused.message = message_of(answer->substr(payload));
    co_return refused;
  }

  // The answer also says that the subscription before it was seen.
  net::Task<base::Result<void, ChannelError>> ping() {
    std::string subscribe = "42" + prefix_ + "[\"task_subscribe\",\"" + plan_.task_id + "\"]";
    if (!plan_.task_id.empty()) {
      auto subscribing = client_.send(std::move(subscribe));
      auto subscribed = co_await std::move(subscribing);
      if (!subscribed) co_return subscribed;
    }
    std::string event = "42" + prefix_ + "[\"ping\"]";
    auto sending = client_.send(std::move(event));
    auto sent = co_await std::move(sending);
    if (!sent) co_return sent;
    std::string pong = "42" + prefix_ + "[\"pong\"";
    auto waiting = expect(std::move(pong));
    auto answer = co_await std::move(waiting);
    if (!answer) co_return base::fail(std::move(answer.error()));
    co_return base::Result<void, ChannelError>{};
  }

  // The next message that begins so. Others are passed over, Engine.IO's pings answered.
  net::Task<base::Result<std::string, ChannelError>> expect(std::string beginning) {
    client_.set_deadline(base::steady_now() + kStepMax);
    for (;;) {
      auto receiving = client_.receive();
      auto text = co_await std::move(receiving);
      if (!text || text->starts_with(beginning)) co_return std::move(text);
      if (*text != "2") continue;
      std::string pong = "3";
      auto sending = client_.send(std::move(pong));
      auto sent = co_await std::move(sending);
      if (!sent) co_return base::fail(std::move(sent.error()));
    }
  }

  WebSocketClient& client_;
  const VisitPlan& plan_;
  const std::string prefix_;
};

Visit stopped(Step step, ChannelError error) {
  return {.stopped_at = step, .error = std::move(error)};
}

}  // namespace

// kDone when the handshake over polling works.
net::Task<Visit> Visitor::poll() {
  net::Endpoint endpoint = plan_.connect;
  auto opening = Channel::open(loop_, std::move(endpoint), base::steady_now() + kStepMax);
  auto channel = co_await std::move(opening);
  if (!channel) co_return stopped(Step::kPoll, std::move(channel.error()));
  Get request = request_of(plan_, "polling");
  auto asking = get(**channel, std::move(request));
  auto answer = co_await std::move(asking);
  if (!answer) co_return stopped(Step::kPoll, std::move(answer.error()));
  const bool is_right = answer->status == 200 && is_open_packet(answer->body);
  Visit polled{.stopped_at = is_right ? Step::kDone : Step::kPoll};
  polled.answer = std::move(*answer);
  co_return polled;
}

net::Task<Visit> Visitor::run() {
  auto polling = poll();
  Visit polled = co_await std::move(polling);
  if (polled.stopped_at != Step::kDone) co_return polled;

  net::Endpoint endpoint = plan_.connect;
  auto opening = Channel::open(loop_, std::move(endpoint), base::steady_now() + kStepMax);
  auto channel = co_await std::move(opening);
  if (!channel) co_return stopped(Step::kUpgrade, std::move(channel.error()));
  WebSocketClient client(std::move(*channel));
  Get request = request_of(plan_, "websocket");
  auto upgrading = client.upgrade(std::move(request));
  auto instead = co_await std::move(upgrading);
  if (!instead) co_return stopped(Step::kUpgrade, std::move(instead.error()));
  if (*instead) {
    Visit refused{.stopped_at = Step::kUpgrade};
    refused.answer = std::move(**instead);
    co_return refused;
  }
  Conversation conversation(client, plan_);
  auto talking = conversation.run();
  Visit result = co_await std::move(talking);
  co_return result;
}

}  // namespace crema::doctor
