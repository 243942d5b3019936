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
  EXPECT_TRUE(folders.find("a.localhost", now));
  for (const char* name : {"b.localhost", "assets", "odd", "apps.txt", "A.localhost"}) {
    EXPECT_FALSE(folders.find(name, now)) << name;
  }
}

TEST_F(SitesTest, AreNotFoundOutsideTheFolder) {
  fs::create_directories(path_ + "/outside");
  std::ofstream(path_ + "/outside/site_config.json") << "{}";
  std::ofstream(sites() + "/site_config.json") << "{}";
  SiteFolders folders(sites());
  for (const char* name : {"../outside", "", "."}) {
    EXPECT_FALSE(folders.find(name, base::TimePoint{})) << name;
  }
}

TEST_F(SitesTest, ComeAndGoWithoutARestart) {
  SiteFolders folders(sites());
  base::TimePoint now{};
  EXPECT_FALSE(folders.find("a", now));
  add("a");
  EXPECT_FALSE(folders.find("a", now + SiteFolders::kKept - base::Duration{1}));
  now += SiteFolders::kKept;
  EXPECT_TRUE(folders.find("a", now));
  fs::remove_all(sites() + "/a");
  EXPECT_TRUE(folders.find("a", now));
  EXPECT_FALSE(folders.find("a", now + SiteFolders::kKept));
}

TEST_F(SitesTest, ForgetsRatherThanGrows) {
  SiteFolders folders(sites());
  const base::TimePoint now{};
  EXPECT_FALSE(folders.find("a", now));
  add("a");
  EXPECT_FALSE(folders.find("a", now));
  for (size_t i = 0; i < SiteFolders::kKnownMax; ++i) {
    (void)folders.find("x" + std::to_string(i), now);
  }
  EXPECT_TRUE(folders.find("a", now)) << "what was known has been dropped";
}

TEST_F(SitesTest, ForgetsWhatNobodyAsksForAnyMore) {
  SiteFolders folders(sites());
  base::TimePoint now{};
  for (int i = 0; i < 1000; ++i) (void)folders.find("x" + std::to_string(i), now);
  EXPECT_EQ(folders.known(), 1000U);
  now += SiteFolders::kKept;
  EXPECT_FALSE(folders.find("y", now));
  EXPECT_EQ(folders.known(), 1U);
}

TEST_F(SitesTest, SayWhatTheirFileSays) {
  const auto site = [this](std::string_view config) {
    add("a.localhost");
    std::ofstream(sites() + "/a.localhost/site_config.json") << config;
    return *SiteFolders(sites(), {"https://bench"}).find("a.localhost", base::TimePoint{});
  };
  EXPECT_EQ(site(R"({"db_name":"_a1"})").db_name, "_a1");
  EXPECT_TRUE(site("{}").allows("https://bench"));
  EXPECT_FALSE(site("{}").allows("https://bench:444"));
  EXPECT_FALSE(site("{}").allows(""));
  const Site own = site(R"({"allow_cors":["https://app.example","https://b:8443",5]})");
  EXPECT_TRUE(own.allows("https://app.example"));
  EXPECT_TRUE(own.allows("https://b:8443"));
  EXPECT_FALSE(own.allows("https://bench")) << "the site's own list goes first";
  EXPECT_TRUE(site(R"({"allow_cors":"https://one"})").allows("https://one"));
  for (const char* config : {R"({"allow_cors":"*"})", R"({"allow_cors":["*"]})",
                             R"({"allow_cors":{"*":1}})", R"({"allow_cors":7})"}) {
    EXPECT_TRUE(site(config).origins.empty()) << config;
  }
  for (const char* config : {"", "[", "[]", "null"}) {
    EXPECT_EQ(site(config).db_name, "") << config;
  }
}

}  // namespace
}  // namespace crema::frappe
