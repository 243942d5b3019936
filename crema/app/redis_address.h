// The address behind a Redis URL of the configuration.
#pragma once

#include "crema/app/config.h"
#include "crema/redis/address.h"

#include <string>

namespace crema::app {

// With what a `rediss://` one needs to be believed. Errors: kBadUrl.
[[nodiscard]] base::Result<redis::Address, redis::Errc> redis_address(const std::string& url,
                                                                      const Config& config);

}  // namespace crema::app
