// What the hosts of apps' handlers are told, and every bound of them.
// Source: docs/protocol/apphost.md, "Bounds".
#pragma once

#include "crema/base/clock.h"

#include <cstddef>
#include <string>

namespace crema::apphost {

struct Config {
  std::string bench;
  // The site configuration's `socketio_backend`.
  std::string socketio_backend;
  // Where frappe_request goes, as "http://127.0.0.1:8000".
  std::string web_url;
  bool developer_mode = false;
  // Paths; empty: node of PATH, and env/bin/python of the bench or python3 of PATH.
  std::string node;
  std::string python;

  // From a host's start until all files are loaded.
  base::Duration start_max = std::chrono::seconds(20);
  // How long a handler may keep the others from running.
  base::Duration stall_max = std::chrono::seconds(5);
  // Resident bytes of one host.
  size_t memory_bytes_max = 512UL << 20;
  // Between the end of a host and its next start: twice as long each time, up to the second.
  base::Duration restart_first = std::chrono::milliseconds(100);
  base::Duration restart_max = std::chrono::seconds(30);
};

// Between two looks at a host: its memory, and its answer to a ping.
inline constexpr base::Duration kLookInterval = std::chrono::milliseconds(500);
// How long the watch channel may take to say which code runs.
inline constexpr base::Duration kWhereMax = std::chrono::seconds(2);
// A host that has run this long begins again with the first delay.
inline constexpr base::Duration kHealthyAfter = std::chrono::seconds(60);
// How long a host that is told to end may take.
inline constexpr base::Duration kShutdownMax = std::chrono::seconds(2);
// Bytes that wait for a host: beyond the first, events are dropped; beyond the second it is
// restarted, because it would no longer know what happened.
inline constexpr size_t kWaitingBytesMax = 8 << 20;
inline constexpr size_t kWaitingBytesFatal = 32 << 20;
// Messages of one host that are handled before others get their turn.
inline constexpr size_t kMessagesPerTurn = 256;
// Calls of one host that have no answer yet.
inline constexpr size_t kCallsMax = 10'000;
// Of the answers to one broadcast, attachments included; the others arrive as null.
inline constexpr size_t kAnswersBytesMax = 8 << 20;
// How long an acknowledgement is waited for when the handler gives no time, and at most.
inline constexpr base::Duration kAckMax = std::chrono::minutes(10);
// Lines that the apps of a host may log in a second; the others are counted.
inline constexpr size_t kLogLinesPerSecond = 1000;
// Apps with a counter of their own; the others share one.
inline constexpr size_t kCountedAppsMax = 40;
// An app that has ended its host so often gets one of its own.
inline constexpr unsigned kStrikesForOwnHost = 2;

}  // namespace crema::apphost
