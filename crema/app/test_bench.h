// A bench in a temporary directory, for tests: an empty sites/ and what a test writes.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>

namespace crema::app {

class TestBench {
 public:
  TestBench() {
    std::string pattern = (std::filesystem::temp_directory_path() / "crema-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
    path_ = std::filesystem::canonical(pattern).string();
    std::filesystem::create_directory(path_ + "/sites");
  }
  ~TestBench() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestBench(const TestBench&) = delete;
  TestBench& operator=(const TestBench&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  void write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void add_site(const std::string& name) const {
    write("sites/" + name + "/site_config.json", "{}");
  }

 private:
  std::string path_;
};

}  // namespace crema::app
