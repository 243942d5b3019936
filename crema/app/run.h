// The two ways in which Crema serves. Both block until a signal stops them.
#pragma once

#include "crema/app/config.h"
#include "crema/app/reload.h"
#include "crema/base/log.h"

#include <cstdint>

namespace crema::app {

struct DemoOptions {
  uint16_t port = 9000;
  log::Level log_level = log::Level::kInfo;
  log::Format log_format = log::Format::kLogfmt;
};

// Serves a bench. `read` is called at SIGHUP. Returns an ExitCode.
[[nodiscard]] int run_serve(const Config& config, const ReadConfig& read);

// Serves the demo, on loopback only. Returns an ExitCode.
[[nodiscard]] int run_demo(const DemoOptions& options);

}  // namespace crema::app
