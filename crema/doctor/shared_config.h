// The configuration as coroutines take it: by value, without a copy.
#pragma once

#include "crema/app/config.h"

#include <memory>

namespace crema::doctor {

using SharedConfig = std::shared_ptr<const app::Config>;

}  // namespace crema::doctor
