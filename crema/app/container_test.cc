#include "crema/app/container.h"

#include <gtest/gtest.h>

namespace crema::app {
namespace {

std::string sign(const Environment& environment, const std::string& file) {
  return container_sign(environment, [&file](const std::string& path) { return path == file; });
}

TEST(ContainerSign, IsAFileOrAVariable) {
  EXPECT_EQ(sign({}, "/.dockerenv"), "/.dockerenv");
  EXPECT_EQ(sign({}, "/run/.containerenv"), "/run/.containerenv");
  EXPECT_EQ(sign({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}}, ""), "KUBERNETES_SERVICE_HOST");
  EXPECT_EQ(sign({{"KUBERNETES_SERVICE_HOST", ""}}, "/etc/passwd"), "");
}

}  // namespace
}  // namespace crema::app
