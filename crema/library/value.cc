#include "crema/library/value.h"

#include "crema/json/slice.h"

namespace crema {
namespace {

// The decoded form of a key between its quotes.
std::string key_text(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  std::string quoted = "\"";
  quoted.append(raw).append("\"");
  return json::string_value(quoted).value_or(std::string());
}

}  // namespace

std::optional<bool> Value::as_bool() const {
  if (json_ == "true") return true;
  if (json_ == "false") return false;
  return std::nullopt;
}

std::optional<int64_t> Value::as_integer() const { return json::integer_value(json_); }
std::optional<uint64_t> Value::as_unsigned() const { return json::unsigned_value(json_); }
std::optional<double> Value::as_double() const { return json::number_value(json_); }
std::optional<std::string> Value::as_string() const { return json::string_value(json_); }

std::optional<std::string_view> Value::as_bytes() const {
  if (!is_object() || json::member(json_, "_placeholder") != "true") return std::nullopt;
  const auto num = json::member(json_, "num");
  const auto index = num ? json::integer_value(*num) : std::nullopt;
  if (!index || *index < 0 || static_cast<size_t>(*index) >= attachments_.size()) {
    return std::nullopt;
  }
  return attachments_[static_cast<size_t>(*index)];
}

std::vector<Value> Value::elements() const {
  std::vector<json::Slice> slices;
  if (!is_array() || !json::split_array(json_, slices)) return {};
  std::vector<Value> values;
  values.reserve(slices.size());
  for (const json::Slice slice : slices) values.emplace_back(slice, attachments_);
  return values;
}

std::vector<std::pair<std::string, Value>> Value::members() const {
  std::vector<std::pair<std::string, Value>> all;
  json::for_each_member(json_, [&](std::string_view key, json::Slice value) {
    all.emplace_back(key_text(key), Value(value, attachments_));
  });
  return all;
}

Value Value::member(std::string_view key) const {
  const auto found = json::member(json_, key);
  return found ? Value(*found, attachments_) : Value();
}

}  // namespace crema
