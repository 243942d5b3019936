#include "crema/app/frappe_version.h"

#include "crema/app/test_bench.h"

#include <gtest/gtest.h>

namespace crema::app {
namespace {

constexpr const char* kInit = "apps/frappe/frappe/__init__.py";
constexpr const char* kApps = "sites/apps.json";

unsigned major_of(const char* file, std::string_view text) {
  const TestBench bench;
  bench.write(file, text);
  const auto version = find_frappe_version(bench.path());
  EXPECT_TRUE(!version || version->source == file);
  return version ? version->major : 0;
}

TEST(FrappeVersion, IsWhatFrappeSays) {
  EXPECT_EQ(major_of(kInit, "import os\n\n__version__ = \"15.84.0\"\n"), 15U);
  EXPECT_EQ(major_of(kInit, "__version__ = '16.0.0-beta.2'"), 16U);
  EXPECT_EQ(major_of(kInit, "\"\"\"\n__doc__ = 'x'\n\"\"\"\n__version__: str = \"17.0.0-dev\"\n"),
            17U);
  EXPECT_EQ(major_of(kApps, R"({"erpnext":{"version":"1.0"},"frappe":{"version":"15.1.2"}})"), 15U);
  EXPECT_EQ(major_of(kApps, R"({"frappe":{"version":"v16.2"}})"), 16U);
}

TEST(FrappeVersion, IsUnknownWhenNothingSays) {
  EXPECT_EQ(major_of("sites/x", ""), 0U);
  for (const char* text :
       {"", "__version__ = 15", "__version__ = \"dev\"", "__version__ = \"15",
        "#__version__ = \"15.0\"", "__version__ = \"0.1\"", "__version__ = \"15x\""}) {
    EXPECT_EQ(major_of(kInit, text), 0U) << text;
  }
  for (const char* text : {"", "[]", "{", "{}", R"({"frappe":"15"})", R"({"frappe":{}})",
                           R"({"frappe":{"version":15}})"}) {
    EXPECT_EQ(major_of(kApps, text), 0U) << text;
  }
}

TEST(FrappeVersion, PrefersTheSourcesOfFrappe) {
  const TestBench bench;
  bench.write(kInit, "__version__ = \"16.1.0\"\n");
  bench.write(kApps, R"({"frappe":{"version":"15.0.0"}})");
  EXPECT_EQ(find_frappe_version(bench.path())->text, "16.1.0");
}

}  // namespace
}  // namespace crema::app
