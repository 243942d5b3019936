// The load generator alone, for bench/run: prints what it found as one line of JSON.
#include "crema/load/measurement.h"
#include "crema/load/options.h"
#include "crema/load/report.h"
#include "crema/load/socket.h"

#include <CLI/CLI.hpp>

#include <cstdio>

// Exit codes: 0 measured, 1 the run is no measurement (stderr says why), 2 usage.
int main(int argc, char** argv) {
  using namespace crema;
  CLI::App app("Opens Socket.IO connections, sends messages, and prints what it cost as JSON.");
  load::RawOptions raw;
  load::declare_options(app, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const auto options = load::understand(std::move(raw));
  if (!options) {
    std::fprintf(stderr, "crema-load: %s\n", options.error().c_str());
    return 2;
  }
  load::raise_descriptor_limit();
  const auto measurement = load::measure(*options);
  if (!measurement) {
    std::fprintf(stderr, "crema-load: %s\n", measurement.error().c_str());
    return 1;
  }
  std::puts(load::to_json(*options, *measurement).c_str());
  return 0;
}
