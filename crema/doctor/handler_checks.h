// Which apps' own handlers the running Crema runs, and which of them do not load.
#pragma once

#include "crema/doctor/finding.h"
#include "crema/doctor/shared_config.h"
#include "crema/net/loop.h"

#include <string_view>

namespace crema::doctor {

// A finding per app whose file does not load, with file and line, or one for all; none where no app
// has handlers or no Crema runs. A file is loaded when the first visitor of a site with that app
// comes. At most 3 s.
[[nodiscard]] net::Task<Findings> check_handlers(net::Loop& loop, SharedConfig shared);

// What the admin socket's `/handlers` says, for people. `bench` is for the cure.
[[nodiscard]] Findings explain_handlers(std::string_view answer, std::string_view bench);

}  // namespace crema::doctor
