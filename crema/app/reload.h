// SIGHUP: what of a changed configuration can be taken over by a process that serves.
#pragma once

#include "crema/app/config.h"

#include <functional>

namespace crema::app {

// Reads the configuration once more; the same sources as at the start.
using ReadConfig = std::function<LoadedConfig()>;

// Takes over what ConfigKey::take can, and names every other setting that differs: it waits for the
// next start. A configuration with errors changes nothing. All of it is logged. `running` becomes
// what holds now; true: something in it has changed.
bool reload_config(Config& running, const ReadConfig& read);

}  // namespace crema::app
