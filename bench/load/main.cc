#include "bench/load/measurement.h"
#include "bench/load/options.h"
#include "bench/load/report.h"
#include "bench/load/socket.h"

#include <cstdio>

// Exit codes: 0 measured, 1 the run is no measurement (stderr says why), 2 usage.
int main(int argc, char** argv) {
  const auto options = crema::load::parse_options(argc, argv);
  if (!options) {
    if (options.error().empty()) return 0;
    std::fprintf(stderr, "crema-load: %s\n", options.error().c_str());
    return 2;
  }
  crema::load::raise_descriptor_limit();
  const auto measurement = crema::load::measure(*options);
  if (!measurement) {
    std::fprintf(stderr, "crema-load: %s\n", measurement.error().c_str());
    return 1;
  }
  std::puts(crema::load::to_json(*options, *measurement).c_str());
  return 0;
}
