// Why an event cannot be published.
#pragma once

#include <cstdint>

namespace crema::publish {

enum class Errc : uint8_t {
  kNoEvent,        // The event has no name.
  kReservedEvent,  // Socket.IO keeps this name for itself; the server would drop it.
  kNoRoom,         // No room: it would go to every socket of every site.
  kNoSite,         // No namespace: it would reach nobody.
  kBadName,        // The event, room or site is not UTF-8.
  kBadMessage,     // The message is not JSON.
  kNoTarget,       // Nobody is named, or a doctype without a document: Frappe would tell everybody.
  kNoDoctype,      // The event goes to a doctype's or a document's room, and there is no doctype.
  kNoDocname,      // The same for the document's name.
  kTooMany,        // More than AfterCommit::kWaitingMax events wait for one commit.
};

}  // namespace crema::publish
