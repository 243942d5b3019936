#include "crema/app/config_file.h"

#include "crema/app/json_lines.h"
#include "crema/app/nearest.h"
#include "crema/json/value.h"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

namespace crema::app {
namespace {

constexpr std::string_view kOurObject = "crema";

struct Source {
  std::string path;  // For problems.
  std::string name;  // For sources.
  std::string text;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// The file's text, at most one byte more than is allowed. Nothing when it is missing.
base::Result<std::optional<std::string>, std::string> read_text_file(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file && errno == ENOENT) return std::optional<std::string>{};
  if (!file) return base::fail(std::string(std::strerror(errno)));
  std::string text(kConfigFileBytesMax + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get())) return base::fail(std::string(std::strerror(errno)));
  return std::optional(std::move(text));
}

std::string number_text(const json::Value& value) {
  constexpr double kExactMax = 9007199254740992.0;
  if (!value.is_double()) return json::serialize(value);
  const double number = value.get_double();
  // 9000.0 is 9000 to Node.
  const bool whole = std::trunc(number) == number && std::fabs(number) <= kExactMax;
  return whole ? std::to_string(static_cast<int64_t>(number)) : json::serialize(value);
}

void set_list(RawValue& raw, const json::Array& array) {
  raw.kind = RawKind::kList;
  for (const json::Value& item : array) {
    if (!item.is_string()) raw.kind = RawKind::kOther;
    if (item.is_string()) raw.items.emplace_back(item.get_string());
  }
}

RawValue to_raw(const json::Value& value) {
  RawValue raw;
  raw.kind = RawKind::kOther;
  if (value.is_string()) {
    raw.kind = RawKind::kText;
    raw.items.emplace_back(value.get_string());
    raw.truthy = !raw.text().empty();
  } else if (value.is_number()) {
    raw.kind = RawKind::kNumber;
    raw.items.push_back(number_text(value));
    raw.truthy = value.is_double() ? value.get_double() != 0 : raw.text() != "0";
  } else if (value.is_bool()) {
    raw.kind = RawKind::kBool;
    raw.truthy = value.get_bool();
    raw.items.emplace_back(raw.truthy ? "true" : "false");
  } else if (value.is_array()) {
    set_list(raw, value.get_array());
  } else {
    raw.truthy = !value.is_null();
  }
  return raw;
}

void take(const Source& source, const ConfigKey& key, const json::Value& value, ConfigFile& file) {
  RawValue raw = to_raw(value);
  const bool ignored = key.owner == KeyOwner::kFrappe ? !raw.truthy : value.is_null();
  if (ignored) return;
  const bool ours = key.owner == KeyOwner::kCrema;
  const size_t line = line_of_key(source.text, ours ? kOurObject : std::string_view{}, key.name);
  raw.source = line == 0 ? source.name : source.name + ':' + std::to_string(line);
  raw.place.where = source.path;
  raw.place.line = line;
  file.values.emplace_back(&key, std::move(raw));
}

void warn_about_unknown_key(const Source& source, std::string_view name, ConfigFile& file) {
  std::vector<std::string_view> known;
  for (const ConfigKey& key : config_keys()) {
    if (key.owner == KeyOwner::kCrema) known.push_back(key.name);
  }
  file.problems.push_back({.severity = Severity::kWarning,
                           .where = source.path,
                           .line = line_of_key(source.text, kOurObject, name),
                           .what = fmt::format("crema.{} is not a key that Crema knows", name),
                           .cure = fmt::format("the nearest is {}", nearest_name(name, known))});
}

void take_ours(const Source& source, const json::Value& value, ConfigFile& file) {
  if (value.is_null()) return;
  if (!value.is_object()) {
    file.problems.push_back({.where = source.path,
                             .line = line_of_key(source.text, {}, kOurObject),
                             .what = "crema is not an object",
                             .cure = "write it as \"crema\": {\"shards\": 1}"});
    return;
  }
  for (const auto& [name, member] : value.get_object()) {
    const ConfigKey* key = find_key(KeyOwner::kCrema, std::string_view(name));
    if (key) {
      take(source, *key, member, file);
    } else {
      warn_about_unknown_key(source, std::string_view(name), file);
    }
  }
}

void take_all(const Source& source, const json::Object& object, ConfigFile& file) {
  // Frappe and its apps keep keys of their own here: an unknown one is none of our business.
  for (const auto& [name, member] : object) {
    if (std::string_view(name) == kOurObject) {
      take_ours(source, member, file);
    } else if (const ConfigKey* key = find_key(KeyOwner::kFrappe, std::string_view(name))) {
      take(source, *key, member, file);
    }
  }
}

}  // namespace

ConfigFile parse_config_file(std::string text, const std::string& path, const std::string& name) {
  ConfigFile file;
  const auto parsed = json::parse(text, kConfigFileBytesMax);
  if (!parsed) {
    file.problems.push_back({.where = path,
                             .line = parsed.error().line,
                             .column = parsed.error().column,
                             .what = parsed.error().message,
                             .cure = "make it valid JSON"});
  } else if (!parsed->is_object()) {
    file.problems.push_back(
        {.where = path, .line = 1, .what = "is not a JSON object", .cure = "write it as {…}"});
  } else {
    take_all({path, name, std::move(text)}, parsed->get_object(), file);
  }
  return file;
}

ConfigFile read_config_file(const std::string& bench_directory, const std::string& name) {
  const std::string path = bench_directory + '/' + name;
  auto text = read_text_file(path);
  if (!text) {
    return {.values = {},
            .problems = {{.where = path,
                          .what = "cannot be read: " + text.error(),
                          .cure = "see who may read it"}}};
  }
  return *text ? parse_config_file(std::move(**text), path, name) : ConfigFile{};
}

}  // namespace crema::app
