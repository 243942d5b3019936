#pragma once

#include "crema/base/counter.h"
#include "crema/base/histogram.h"

namespace crema::frappe {

inline constexpr const char* kAuthHelp = "Decisions on CONNECT packets.";
inline const base::Counter kAuthAccepted{"crema_auth_results_total",
                                         R"(result="accepted",reason="")", kAuthHelp};
inline const base::Counter kAuthNamespace{"crema_auth_results_total",
                                          R"(result="refused",reason="namespace")", kAuthHelp};
inline const base::Counter kAuthOrigin{"crema_auth_results_total",
                                       R"(result="refused",reason="origin")", kAuthHelp};
inline const base::Counter kAuthCredential{"crema_auth_results_total",
                                           R"(result="refused",reason="no_credential")", kAuthHelp};
inline const base::Counter kAuthWeb{"crema_auth_results_total", R"(result="refused",reason="web")",
                                    kAuthHelp};
inline const base::Counter kAuthUnavailable{
    "crema_auth_results_total", R"(result="closed",reason="web_unavailable")", kAuthHelp};

inline constexpr const char* kChecksHelp = "Permission checks of subscriptions.";
inline const base::Counter kChecksAllowed{"crema_permission_checks_total",
                                          R"(result="allowed",cache="miss")", kChecksHelp};
inline const base::Counter kChecksKept{"crema_permission_checks_total",
                                       R"(result="allowed",cache="hit")", kChecksHelp};
inline const base::Counter kChecksDenied{"crema_permission_checks_total",
                                         R"(result="denied",cache="miss")", kChecksHelp};
inline const base::Counter kChecksFailed{"crema_permission_checks_total",
                                         R"(result="failed",cache="miss")", kChecksHelp};
inline const base::Counter kChecksTooMany{"crema_permission_checks_total",
                                          R"(result="too_many",cache="miss")", kChecksHelp};

inline constexpr const char* kBackendHelp = "Calls to the web process by outcome.";
inline constexpr const char* kBackendTimeHelp = "How long calls to the web process took.";
// Of one method of the web process; version 15's two for permissions count as has_permission.
struct BackendCounters {
  base::Counter ok;
  base::Counter refused;
  base::Counter failed;
  base::Histogram seconds;
};
inline const BackendCounters kIdentityCalls{
    {"crema_backend_requests_total", R"(method="get_user_info",status="2xx")", kBackendHelp},
    {"crema_backend_requests_total", R"(method="get_user_info",status="other")", kBackendHelp},
    {"crema_backend_requests_total", R"(method="get_user_info",status="none")", kBackendHelp},
    {"crema_backend_request_seconds", R"(method="get_user_info")", kBackendTimeHelp}};
inline const BackendCounters kPermissionCalls{
    {"crema_backend_requests_total", R"(method="has_permission",status="2xx")", kBackendHelp},
    {"crema_backend_requests_total", R"(method="has_permission",status="other")", kBackendHelp},
    {"crema_backend_requests_total", R"(method="has_permission",status="none")", kBackendHelp},
    {"crema_backend_request_seconds", R"(method="has_permission")", kBackendTimeHelp}};
inline const base::Gauge kBackendInFlight{"crema_backend_inflight", "",
                                          "Calls to the web process under way."};

inline const base::Counter kSessionsEnded{"crema_sessions_ended_total", "",
                                          "Sessions that ended while their user was connected."};

inline constexpr const char* kReviewHelp = "Rooms of sessions that came back, by what was found.";
inline const base::Counter kReviewKept{"crema_recovered_rooms_total", R"(result="kept")",
                                       kReviewHelp};
inline const base::Counter kReviewLeft{"crema_recovered_rooms_total", R"(result="left")",
                                       kReviewHelp};
inline const base::Counter kRecoveriesOfOthers{"crema_recovered_by_others_total", "",
                                               "Lost sessions that somebody else came back with."};

inline const base::Gauge kSavedWaiting{
    "crema_saved_sessions", "", "Sessions of the process before whose rooms were not asked for."};
inline const base::Counter kSavedGivenBack{"crema_saved_sessions_total", R"(result="given_back")",
                                           "Sessions whose rooms were saved over a restart."};
inline const base::Counter kSavedTooMany{"crema_saved_sessions_total", R"(result="too_many")",
                                         "Sessions whose rooms were saved over a restart."};

inline const base::Counter kSavedRoomsLeftOut{"crema_saved_rooms_left_out_total", "",
                                              "Rooms beyond those that are saved of one session."};

inline constexpr const char* kEventsHelp = "Messages from the event source by outcome.";
inline const base::Counter kEventsDelivered{"crema_redis_messages_total", R"(result="delivered")",
                                            kEventsHelp};
inline const base::Counter kEventsBadJson{"crema_redis_messages_total",
                                          R"(result="dropped",reason="json")", kEventsHelp};
inline const base::Counter kEventsBadEvent{"crema_redis_messages_total",
                                           R"(result="dropped",reason="event")", kEventsHelp};
inline const base::Counter kEventsBadRoom{"crema_redis_messages_total",
                                          R"(result="dropped",reason="room")", kEventsHelp};
inline const base::Counter kEventsBadSite{"crema_redis_messages_total",
                                          R"(result="dropped",reason="namespace")", kEventsHelp};

}  // namespace crema::frappe
