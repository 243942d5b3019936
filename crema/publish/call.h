// publish_realtime and publish_progress as Frappe has them: from what the caller names to one room.
#pragma once

#include "crema/base/result.h"
#include "crema/publish/envelope.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::publish {

// The parameters of publish_realtime. Empty means not given.
struct Call {
  std::string event = {};
  std::string message = {};  // JSON text; {} when empty.
  std::string room = {};
  std::string user = {};
  std::string doctype = {};
  std::string docname = {};
  std::string task_id = {};
};

// The parameters of publish_progress. 100 closes the dialog, less than 0 is failure.
struct Progress {
  double percent = 0;
  std::string title = {};
  std::string description = {};
  std::string user = {};
  std::string doctype = {};
  std::string docname = {};
  std::string task_id = {};
};

// On whose account: the namespace, and who gets `msgprint` and progress when nobody is named.
struct Caller {
  std::string site;
  std::string user = {};
};

// Whether an event may be held back until a transaction has been committed.
enum class Departure : uint8_t { kMayWait, kAtOnce };

struct Addressed {
  std::string room;
  std::string envelope;
  // That of a task, where nothing else chose the room, leaves at once.
  Departure departure = Departure::kMayWait;
};

// Frappe's choice of room, and the envelope for it. Where that choice would fall to everybody
// because nobody was named, or a doctype without a document, there is an error in its place.
// Errors: all of Errc. Source: frappe-realtime 6.2.
[[nodiscard]] base::Result<Addressed, EnvelopeError> address(Call call, const Caller& caller);

// Of a user unless it is a document's or a task's. Errors: likewise.
[[nodiscard]] base::Result<Addressed, EnvelopeError> address(const Progress& progress,
                                                             const Caller& caller);

// {"percent":…,"title":…,"description":…}, all three always; an empty text is null.
[[nodiscard]] std::string progress_message(const Progress& progress);

// The message of a task's event: an object gets the id unless it has one, all else stays.
// Errors: Errc::kBadMessage.
[[nodiscard]] base::Result<std::string, EnvelopeError> with_task_id(std::string_view message,
                                                                    std::string_view task_id);

}  // namespace crema::publish
