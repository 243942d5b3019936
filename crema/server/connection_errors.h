// Requests that Engine.IO refuses, counted by what was wrong with them.
#pragma once

#include "crema/transport/refusal.h"

namespace crema::server {

// Adds one to `crema_connection_errors_total` of the refusal's code and name.
void count(transport::Refusal refusal);

}  // namespace crema::server
