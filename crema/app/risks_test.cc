#include "crema/app/risks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string_view> settings(const Config& config) {
  std::vector<std::string_view> names;
  for (const Risk& risk : risks_of(config)) names.push_back(risk.setting);
  return names;
}

TEST(Risks, AreNoneByDefault) { EXPECT_THAT(settings({}), IsEmpty()); }

TEST(Risks, AreNamedEach) {
  Config config;
  config.host = {{"127.0.0.1", "0.0.0.0"}, "--host"};
  config.auth_upstream.value = AuthUpstream::kOrigin;
  config.recovery.value = Recovery::kAll;
  config.developer_mode.value = true;
  EXPECT_THAT(settings(config),
              ElementsAre("crema.host", "crema.auth_upstream", "crema.recovery", "developer_mode"));
  EXPECT_EQ(risks_of(config)[0].source, "--host");
}

TEST(Risks, OfAnOpenPortAreNoneInAContainerOrOnAUnixSocket) {
  Config config;
  config.host = {{std::string(kEveryInterface)}, "default in a container, /.dockerenv"};
  EXPECT_THAT(settings(config), IsEmpty());
  config.host.source = "CREMA_HOST";
  EXPECT_THAT(settings(config), ElementsAre("crema.host"));
  config.socketio_uds.value = "/run/crema.sock";
  EXPECT_THAT(settings(config), IsEmpty());
}

}  // namespace
}  // namespace crema::app
