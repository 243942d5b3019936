// How a host is started: its program, its source, its descriptors.
// Source: docs/protocol/apphost.md, "Start".
#pragma once

#include "crema/apphost/app_files.h"
#include "crema/apphost/config.h"
#include "crema/base/result.h"
#include "crema/net/child_process.h"

#include <memory>
#include <optional>
#include <string>

namespace crema::apphost {

struct HostProgram {
  Language language;
  std::string program;
};

struct StartedHost {
  std::unique_ptr<net::ChildProcess> process;
  // Ours to close.
  int main_channel;
  int watch_channel;
  int slot;
};

// Errors: why it does not start.
[[nodiscard]] base::Result<StartedHost, std::string> start_host(net::Loop& loop,
                                                                const HostProgram& program,
                                                                const Config& config,
                                                                net::ChildProcess::OnLine on_line,
                                                                net::ChildProcess::OnExit on_exit);

// The number that the host wrote last; nothing when it ran no app yet.
[[nodiscard]] std::optional<uint32_t> read_slot(int slot);

}  // namespace crema::apphost
