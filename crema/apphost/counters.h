#pragma once

#include "crema/base/counter.h"

namespace crema::apphost {

inline const base::Gauge kHosts{"crema_hosts", "", "Processes that run apps' handlers."};
inline const base::Gauge kHostSockets{"crema_host_sockets", "",
                                      "Sockets that apps' handlers see, each once."};

inline constexpr const char* kEventsHelp = "Events for apps' handlers, by what became of them.";
inline const base::Counter kEventsSent{"crema_handler_events_total", R"(result="sent")",
                                       kEventsHelp};
inline const base::Counter kEventsDropped{"crema_handler_events_total", R"(result="dropped")",
                                          kEventsHelp};
inline const base::Counter kEventsLost{"crema_handler_events_total", R"(result="lost")",
                                       kEventsHelp};
inline const base::Counter kHandlerErrors{"crema_handler_errors_total", "",
                                          "Handlers that threw, or whose promise was rejected."};
inline const base::Counter kLogLinesDropped{"crema_handler_log_lines_dropped_total", "",
                                            "Lines of apps beyond the bound of a second."};
inline const base::Counter kCallsRefused{"crema_handler_calls_refused_total", "",
                                         "Calls of handlers beyond the bound of those under way."};
inline const base::Counter kAnswersDropped{
    "crema_handler_answers_dropped_total", "",
    "Answers to a handler's broadcast beyond the bound of one, which arrive as null."};
inline const base::Counter kForeignSites{"crema_rejected_total", R"(reason="host_foreign_site")",
                                         "Input that was refused, by reason."};
inline const base::Counter kHostMessagesBad{"crema_rejected_total", R"(reason="host_message")",
                                            "Input that was refused, by reason."};

}  // namespace crema::apphost
