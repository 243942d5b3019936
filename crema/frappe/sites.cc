#include "crema/frappe/sites.h"

#include "crema/base/log.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"

#include <algorithm>
#include <fstream>
#include <sys/stat.h>

namespace crema::frappe {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(SiteFolders::kFileBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  text.shrink_to_fit();
  return text;
}

// One origin or a list of them; `*` would let every page of the web act for its visitors.
std::vector<std::string> read_origins(json::Slice value, const std::string& name) {
  std::vector<json::Slice> items{value};
  if (json::is_array(value) && !json::split_array(value, items)) return {};
  std::vector<std::string> origins;
  for (const json::Slice item : items) {
    auto origin = json::string_value(item);
    if (origin == "*") {
      log::warn("allow_cors * is ignored: name the origins", {{"site", name}});
    } else if (origin && !origin->empty()) {
      origins.push_back(std::move(*origin));
    }
  }
  return origins;
}

}  // namespace

bool is_site_name(std::string_view name) {
  if (name.empty() || name.size() > 255 || name.front() == '.') return false;
  return std::ranges::none_of(name,
                              [](unsigned char c) { return c < 0x20 || c == '/' || c == 0x7f; });
}

bool Site::allows(std::string_view origin) const {
  return std::ranges::find(origins, origin) != origins.end();
}

std::shared_ptr<const Site> SiteFolders::find(std::string_view name, base::TimePoint now) {
  if (!is_site_name(name)) return nullptr;
  const std::string key(name);
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(key); found != known_.end() && now < found->second.until) {
    return found->second.site;
  }
  auto site = read(key);
  if (now >= sweep_at_) {
    std::erase_if(known_, [now](const auto& each) { return now >= each.second.until; });
    sweep_at_ = now + kKept;
  }
  if (known_.size() >= kKnownMax) known_.clear();
  known_[key] = {site, now + kKept};
  return site;
}

size_t SiteFolders::known() {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

// A file that cannot be read as JSON still makes a site: its web process says the rest.
std::shared_ptr<const Site> SiteFolders::read(const std::string& name) const {
  struct stat info {};
  const std::string path = path_ + "/" + name + "/site_config.json";
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return nullptr;
  auto site = std::make_shared<Site>();
  site->origins = origins_;
  std::string text;
  if (!json::normalize(read_file(path), json::NonFinite::kNull, text) || !json::is_object(text)) {
    log::warn("a site_config.json is no JSON object", {{"site", name}});
    return site;
  }
  if (const auto db = json::member(text, "db_name")) {
    site->db_name = json::string_value(*db).value_or("");
  }
  const auto allowed = json::member(text, "allow_cors");
  if (allowed && json::truthy(*allowed)) site->origins = read_origins(*allowed, name);
  return site;
}

}  // namespace crema::frappe
