#pragma once

#include "crema/base/counter.h"

namespace crema::library {

inline const base::Counter kWrongTypes{"crema_handler_errors_total", R"(reason="argument")",
                                       "Events that a handler did not answer, by reason."};
inline const base::Counter kExceptions{"crema_handler_errors_total", R"(reason="exception")",
                                       "Events that a handler did not answer, by reason."};
inline const base::Counter kMendedStrings{"crema_values_mended_total", R"(reason="utf8")",
                                          "Values that were sent otherwise than given."};
inline const base::Counter kBadJson{"crema_values_mended_total", R"(reason="json")",
                                    "Values that were sent otherwise than given."};

}  // namespace crema::library
