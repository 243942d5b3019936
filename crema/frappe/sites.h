// Which names are sites of the bench, and what their files say.
#pragma once

#include "crema/base/clock.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crema::frappe {

// Whether a name can be a folder directly below sites/: no separators, no leading dot, no control
// characters, at most 255 bytes.
[[nodiscard]] bool is_site_name(std::string_view name);

struct Site {
  std::string db_name;  // Empty: not known.
  // Frappe's `allow_cors`: pages of other origins, written as browsers write them.
  std::vector<std::string> origins;

  [[nodiscard]] bool allows(std::string_view origin) const;
};

// The site of that name; null when there is none. Any thread; `now` is the turn's time.
using FindSite =
    std::function<std::shared_ptr<const Site>(std::string_view name, base::TimePoint now)>;

// A site is a folder in sites/ with a site_config.json. Looked up in the file system, and known
// for kKept, so that sites come and go without a restart. Any thread.
class SiteFolders {
 public:
  // `origins`: the bench's own `allow_cors`, for sites that have none.
  explicit SiteFolders(std::string sites_path, std::vector<std::string> origins = {})
      : path_(std::move(sites_path)), origins_(std::move(origins)) {}

  [[nodiscard]] std::shared_ptr<const Site> find(std::string_view name, base::TimePoint now);
  // Names that something is known of: those asked for within two kKept, when any is.
  [[nodiscard]] size_t known();

  static constexpr base::Duration kKept = std::chrono::seconds(5);
  static constexpr size_t kKnownMax = 10'000;
  static constexpr size_t kFileBytesMax = 1024 * 1024;

 private:
  struct Known {
    std::shared_ptr<const Site> site;  // Null: there is none.
    base::TimePoint until;
  };

  [[nodiscard]] std::shared_ptr<const Site> read(const std::string& name) const;

  const std::string path_;
  const std::vector<std::string> origins_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;  // Guarded by mutex_.
  base::TimePoint sweep_at_{};                    // The same.
};

}  // namespace crema::frappe
