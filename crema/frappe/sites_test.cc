#include "crema/frappe/sites.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <stdlib.h>

namespace crema::frappe {
namespace {

namespace fs = std::filesystem;

class SitesTest : public testing::Test {
 protected:
  SitesTest() {
    std::string pattern = (fs::temp_directory_path() / "crema-sites-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
    path_ = pattern;
    fs::create_directory(path_ + "/sites");
  }
  ~SitesTest() override { fs::remove_all(path_); }

  [[nodiscard]] std::string sites() const { return path_ + "/sites"; }
  void add(const std::string& name) const {
    fs::create_directories(sites() + "/" + name);
    std::ofstream(sites() + "/" + name + "/site_config.json") << "{}";
  }

  std::string path_;
};

TEST(SiteName, IsOneFoldersName) {
  for (const char* name : {"a", "a.localhost", "site 1", "\u00e9", "a..b", "a\\b"}) {
    EXPECT_TRUE(is_site_name(name)) << name;
  }
  for (const char* name : {"", ".", "..", ".hidden", "a/b", "/a", "../a", "a\n", "a\x7f"}) {
    EXPECT_FALSE(is_site_name(name)) << name;
  }
  EXPECT_FALSE(is_site_name(std::string_view("a\0b", 3)));
  EXPECT_TRUE(is_site_name(std::string(255, 'a')));
  EXPECT_FALSE(is_site_name(std::string(256, 'a')));
}

TEST_F(SitesTest, AreFoldersWithASiteConfig) {
  add("a.localhost");
  fs::create_directories(sites() + "/assets");
  fs::create_directories(sites() + "/odd/site_config.json");
  std::ofstream(sites() + "/apps.txt") << "frappe";
  SiteFolders folders(sites());
  const base::TimePoint now{};
  EXPECT_TRUE(folders.contains("a.localhost", now));
  for (const char* name : {"b.localhost", "assets", "odd", "apps.txt", "A.localhost"}) {
    EXPECT_FALSE(folders.contains(name, now)) << name;
  }
}

TEST_F(SitesTest, AreNotFoundOutsideTheFolder) {
  fs::create_directories(path_ + "/outside");
  std::ofstream(path_ + "/outside/site_config.json") << "{}";
  std::ofstream(sites() + "/site_config.json") << "{}";
  SiteFolders folders(sites());
  for (const char* name : {"../outside", "", "."}) {
    EXPECT_FALSE(folders.contains(name, base::TimePoint{})) << name;
  }
}

TEST_F(SitesTest, ComeAndGoWithoutARestart) {
  SiteFolders folders(sites());
  base::TimePoint now{};
  EXPECT_FALSE(folders.contains("a", now));
  add("a");
  EXPECT_FALSE(folders.contains("a", now + SiteFolders::kKept - base::Duration{1}));
  now += SiteFolders::kKept;
  EXPECT_TRUE(folders.contains("a", now));
  fs::remove_all(sites() + "/a");
  EXPECT_TRUE(folders.contains("a", now));
  EXPECT_FALSE(folders.contains("a", now + SiteFolders::kKept));
}

TEST_F(SitesTest, ForgetsRatherThanGrows) {
  SiteFolders folders(sites());
  const base::TimePoint now{};
  EXPECT_FALSE(folders.contains("a", now));
  add("a");
  EXPECT_FALSE(folders.contains("a", now));
  for (size_t i = 0; i < SiteFolders::kKnownMax; ++i) {
    (void)folders.contains("x" + std::to_string(i), now);
  }
  EXPECT_TRUE(folders.contains("a", now)) << "what was known has been dropped";
}

}  // namespace
}  // namespace crema::frappe
