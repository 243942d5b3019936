// POST /api/publish: what a request's body asks to be published.
#pragma once

#include "crema/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crema::app {

// A batch may hold this many events; the request as a whole is bounded by the listener.
inline constexpr size_t kBatchEventsMax = 1000;

enum class PublishShape : uint8_t { kOne, kBatch };

struct PublishOrder {
  PublishShape shape = PublishShape::kOne;
  std::vector<std::string> envelopes;
};

// One event or an array of events, each an object:
//   event, message                              as in publish_realtime; message may be any JSON
//   room | user | doctype and docname | task_id to whom; a room is taken as it is
//   site                                        `default_site` without it; also called namespace
// Either all of them are well formed, or there is an error that names the first that is not.
// Errors: a line for the person. Source: frappe-realtime 6.2.
[[nodiscard]] base::Result<PublishOrder, std::string> read_publish_order(
    std::string_view body, const std::string& default_site);

}  // namespace crema::app
