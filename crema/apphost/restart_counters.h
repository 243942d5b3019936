// crema_host_restarts_total, with a label for each app that has caused one.
#pragma once

#include <string>

namespace crema::apphost {

// Home shard only. Beyond kCountedAppsMax apps the rest share app="other"; "" is nobody's fault.
void count_restart(const std::string& app);

}  // namespace crema::apphost
