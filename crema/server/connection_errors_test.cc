#include "crema/server/connection_errors.h"

#include "crema/base/counter.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::server {
namespace {

int64_t value_of(const std::string& labels) {
  for (const base::MetricSample& sample : base::collect_metrics()) {
    if (sample.name == "crema_connection_errors_total" && sample.labels == labels)
      return sample.value;
  }
  return -1;
}

TEST(ConnectionErrors, AreCountedByCodeAndName) {
  for (int i = 0; i < transport::kRefusals; ++i) {
    const auto refusal = static_cast<transport::Refusal>(i);
    const std::string labels = "code=\"" + std::to_string(code_of(refusal)) + "\",name=\"" +
                               std::string(name_of(refusal)) + "\"";
    const int64_t before = value_of(labels);
    ASSERT_GE(before, 0) << labels;
    count(refusal);
    EXPECT_EQ(value_of(labels), before + 1) << labels;
  }
}

}  // namespace
}  // namespace crema::server
