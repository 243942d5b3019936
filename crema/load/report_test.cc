#include "crema/load/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::load {
namespace {

using ::testing::HasSubstr;

TEST(Report, DividesTheCpuTimeOfEachPhaseByWhatItDid) {
  Options options;
  options.connections = 100;
  Measurement measurement;
  measurement.deliveries = 4000;
  measurement.delivering.cpu.total_ns = 10'000'000;
  measurement.connecting.cpu.total_ns = 2'000'000;
  const auto json = to_json(options, measurement);
  EXPECT_THAT(json, HasSubstr(R"("cpu_us_per_delivery":2.5000,)"));
  EXPECT_THAT(json, HasSubstr(R"("cpu_us_per_connection":20.00,)"));
}

}  // namespace
}  // namespace crema::load
