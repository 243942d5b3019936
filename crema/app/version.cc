#include "crema/app/version.h"

namespace crema::app {

// CREMA_VERSION is defined for this file alone, so a new version compiles nothing else.
std::string_view version() { return CREMA_VERSION; }

}  // namespace crema::app
