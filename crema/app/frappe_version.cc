#include "crema/app/frappe_version.h"

#include "crema/json/value.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

namespace crema::app {
namespace {

constexpr const char* kInit = "apps/frappe/frappe/__init__.py";
constexpr const char* kApps = "sites/apps.json";
constexpr size_t kFileBytesMax = 1024 * 1024;

std::string read_start(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (!file) return text;
  text.resize(kFileBytesMax);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

// The number in front of the first dot.
std::optional<FrappeVersion> parse(std::string_view text, const char* source) {
  if (text.starts_with('v')) text.remove_prefix(1);
  FrappeVersion version{.major = 0, .text = std::string(text), .source = source};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version.major);
  const bool ends_there = end == text.data() + text.size() || *end == '.';
  if (error != std::errc{} || !ends_there || version.major == 0) return std::nullopt;
  return version;
}

// The line `__version__ = "15.84.0"`, in either kind of quotes.
std::optional<FrappeVersion> from_init(std::string_view text) {
  constexpr std::string_view kName = "__version__";
  for (size_t at = 0; at != std::string_view::npos && at < text.size();) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    const size_t open = line.find_first_of("\"'");
    if (line.starts_with(kName) && open != std::string_view::npos) {
      const size_t close = line.find(line[open], open + 1);
      if (close != std::string_view::npos) {
        return parse(line.substr(open + 1, close - open - 1), kInit);
      }
    }
    at = text.find('\n', at);
    if (at != std::string_view::npos) ++at;
  }
  return std::nullopt;
}

// {"frappe": {"version": "15.84.0", …}, …}
std::optional<FrappeVersion> from_apps(std::string_view text) {
  const auto parsed = json::parse(text, kFileBytesMax);
  const auto* apps = parsed ? parsed->if_object() : nullptr;
  const auto* frappe = apps ? apps->if_contains("frappe") : nullptr;
  const auto* entry = frappe ? frappe->if_object() : nullptr;
  const auto* version = entry ? entry->if_contains("version") : nullptr;
  if (!version || !version->is_string()) return std::nullopt;
  return parse(std::string_view(version->get_string()), kApps);
}

}  // namespace

std::optional<FrappeVersion> find_frappe_version(const std::string& bench_directory) {
  const auto found = from_init(read_start(bench_directory + "/" + kInit));
  return found ? found : from_apps(read_start(bench_directory + "/" + kApps));
}

}  // namespace crema::app
