#include "crema/apphost/app_files.h"

#include "crema/apphost/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace crema::apphost {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

namespace fs = std::filesystem;

class AppFilesTest : public testing::Test {
 protected:
  AppFilesTest() {
    std::string name = "/tmp/crema-app-files-XXXXXX";
    config_.bench = ::mkdtemp(name.data());
    config_.node = "/bin/sh";
    config_.python = "/bin/sh";
  }
  ~AppFilesTest() override { fs::remove_all(config_.bench); }

  void add(const std::string& file) {
    const fs::path path = fs::path(config_.bench) / "apps" / file;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }

  Config config_;
};

TEST_F(AppFilesTest, AreThoseOfEveryAppButFrappe) {
  add("frappe/realtime/handlers.js");
  add("chat/realtime/handlers.js");
  add("atlas/atlas/realtime/handlers.py");
  add("erpnext/erpnext/hooks.py");
  add("old/old/realtime/handlers.js");  // Not where Frappe looks.
  const AppFiles found = find_app_files(config_);
  EXPECT_THAT(
      found.apps,
      ElementsAre(AppFile{"atlas", "apps/atlas/atlas/realtime/handlers.py", Language::kPython},
                  AppFile{"chat", "apps/chat/realtime/handlers.js", Language::kNode}));
  EXPECT_THAT(found.notes, IsEmpty());
}

TEST_F(AppFilesTest, OfAnAppWithBothIsTheOneOfTheBackend) {
  add("raven/realtime/handlers.js");
  add("raven/raven/realtime/handlers.py");
  EXPECT_EQ(find_app_files(config_).apps.at(0).language, Language::kNode);
  config_.socketio_backend = "python-embedded";
  const AppFiles found = find_app_files(config_);
  EXPECT_EQ(found.apps.at(0).language, Language::kPython);
  EXPECT_THAT(found.notes,
              ElementsAre("apps/raven: of handlers.js and handlers.py, handlers.py runs, because "
                          "socketio_backend is `python-embedded`"));
}

TEST_F(AppFilesTest, WithoutTheirProgramAreNoted) {
  add("chat/realtime/handlers.js");
  add("atlas/atlas/realtime/handlers.py");
  config_.node.clear();
  config_.python.clear();
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  const AppFiles found = find_app_files(config_);
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(found.apps, IsEmpty());
  EXPECT_THAT(found.notes,
              ElementsAre("apps/atlas: handlers.py needs Python, none found in PATH; its events "
                          "are ignored",
                          "apps/chat: handlers.js needs Node, none found in PATH; its events are "
                          "ignored"));
}

TEST_F(AppFilesTest, OfABenchWithoutAppsAreNone) {
  const AppFiles found = find_app_files(config_);
  EXPECT_THAT(found.apps, IsEmpty());
  EXPECT_TRUE(found.node.empty());
}

}  // namespace
}  // namespace crema::apphost
