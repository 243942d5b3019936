// Which names are sites of the bench.
#pragma once

#include "crema/base/clock.h"

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace crema::frappe {

// Whether a name can be a folder directly below sites/: no separators, no leading dot, no control
// characters, at most 255 bytes.
[[nodiscard]] bool is_site_name(std::string_view name);

// A site is a folder in sites/ with a site_config.json. Looked up in the file system, and known
// for kKept, so that sites come and go without a restart. Any thread.
class SiteFolders {
 public:
  explicit SiteFolders(std::string sites_path) : path_(std::move(sites_path)) {}

  [[nodiscard]] bool contains(std::string_view name, base::TimePoint now);

  static constexpr base::Duration kKept = std::chrono::seconds(5);
  static constexpr size_t kKnownMax = 10'000;

 private:
  struct Known {
    bool exists;
    base::TimePoint until;
  };

  const std::string path_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;  // Guarded by mutex_.
};

}  // namespace crema::frappe
