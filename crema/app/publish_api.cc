#include "crema/app/publish_api.h"

#include "crema/json/normalize.h"
#include "crema/json/slice.h"
#include "crema/publish/call.h"

#include <algorithm>
#include <array>
#include <utility>

namespace crema::app {
namespace {

using Envelope = base::Result<std::string, std::string>;

constexpr std::string_view kTheMessage = "the message";  // As such an error begins.

struct Order {
  publish::Call call;
  std::string site;
};

// Where the value of a key belongs; null for a key that there is not.
std::string* place_of(Order& order, std::string_view key) {
  using Place = std::pair<std::string_view, std::string*>;
  const std::array<Place, 8> places = {Place{"event", &order.call.event},
                                       Place{"room", &order.call.room},
                                       Place{"user", &order.call.user},
                                       Place{"doctype", &order.call.doctype},
                                       Place{"docname", &order.call.docname},
                                       Place{"task_id", &order.call.task_id},
                                       Place{"site", &order.site},
                                       Place{"namespace", &order.site}};
  const auto found = std::ranges::find(places, key, &Place::first);
  return found == places.end() ? nullptr : found->second;
}

base::Result<Order, std::string> read_order(json::Slice object) {
  if (!json::is_object(object)) return base::fail(std::string("is not an object"));
  Order order;
  for (json::Members members(object); members.next();) {
    const std::string key(members.raw_key());
    if (key == "message") {
      order.call.message = members.value();
      continue;
    }
    std::string* place = place_of(order, key);
    if (!place) {
      return base::fail("has no key " + key +
                        "; there are event, message, room, user, doctype, docname, task_id, site");
    }
    if (json::is_null(members.value())) continue;
    auto text = json::string_value(members.value());
    if (!text) return base::fail(key + " must be a string");
    *place = std::move(*text);
  }
  return order;
}

Envelope envelope_of(json::Slice object, const std::string& default_site) {
  auto order = read_order(object);
  if (!order) return base::fail(std::move(order.error()));
  publish::Call& call = order->call;
  const std::string& site = order->site.empty() ? default_site : order->site;
  if (call.event.empty()) return base::fail(std::string("the event has no name"));
  // Said outright, a room goes before every rule for an event.
  const bool by_rule = call.room.empty();
  if (call.message.empty()) call.message = "{}";
  base::Result<std::string, publish::EnvelopeError> envelope =
      by_rule
          ? publish::address(call, {.site = site}).map([](auto&& a) { return a.envelope; })
          : publish::encode_envelope(
                {.event = call.event, .message = call.message, .room = call.room, .site = site});
  if (!envelope) return base::fail(publish::to_string(envelope.error()));
  return std::move(*envelope);
}

}  // namespace

base::Result<PublishOrder, std::string> read_publish_order(std::string_view body,
                                                           const std::string& default_site) {
  std::string text;
  if (!json::normalize(body, json::NonFinite::kReject, text)) {
    std::string why = publish::to_string(publish::explain_message(body));
    return base::fail(why.replace(0, kTheMessage.size(), "the body"));
  }
  PublishOrder order;
  if (!json::is_array(text)) {
    auto envelope = envelope_of(text, default_site);
    if (!envelope) return base::fail("the event: " + envelope.error());
    order.envelopes.push_back(std::move(*envelope));
    return order;
  }
  order.shape = PublishShape::kBatch;
  std::vector<json::Slice> events;
  if (!json::split_array(text, events)) return base::fail(std::string("the body is no array"));
  if (events.size() > kBatchEventsMax) {
    return base::fail(std::to_string(events.size()) + " events in one request; " +
                      std::to_string(kBatchEventsMax) + " is the limit");
  }
  for (const json::Slice event : events) {
    auto envelope = envelope_of(event, default_site);
    if (!envelope) {
      return base::fail("event " + std::to_string(order.envelopes.size() + 1) + ": " +
                        envelope.error());
    }
    order.envelopes.push_back(std::move(*envelope));
  }
  return order;
}

}  // namespace crema::app
