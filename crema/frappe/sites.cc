#include "crema/frappe/sites.h"

#include <algorithm>
#include <sys/stat.h>

namespace crema::frappe {

bool is_site_name(std::string_view name) {
  if (name.empty() || name.size() > 255 || name.front() == '.') return false;
  return std::ranges::none_of(name,
                              [](unsigned char c) { return c < 0x20 || c == '/' || c == 0x7f; });
}

bool SiteFolders::contains(std::string_view name, base::TimePoint now) {
  if (!is_site_name(name)) return false;
  const std::string key(name);
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(key); found != known_.end() && now < found->second.until) {
    return found->second.exists;
  }
  struct stat info {};
  const std::string config = path_ + "/" + key + "/site_config.json";
  const bool exists = ::stat(config.c_str(), &info) == 0 && S_ISREG(info.st_mode);
  if (known_.size() >= kKnownMax) known_.clear();
  known_[key] = {exists, now + kKept};
  return exists;
}

}  // namespace crema::frappe
