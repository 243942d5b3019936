// What a client sent, or answered: JSON with binary attachments, read in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema {

// Binary data: a JavaScript Buffer, ArrayBuffer, Blob or File.
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

// Any JSON as text, for who wants to parse it, or has it already. What is emitted is checked:
// text that is no JSON is sent as null, and counted.
struct Json {
  std::string text;
  bool operator==(const Json&) const = default;
};

// One value of an event or an acknowledgement. A view: valid for the call that it was given to, or
// while the Event is. Nothing is parsed before it is asked for.
class Value {
 public:
  Value() = default;  // Absent, which reads like null.
  Value(std::string_view json, std::span<const std::string> attachments)
      : json_(json), attachments_(attachments) {}

  // What it is; of binary data `is_object` is true, see `as_bytes`.
  [[nodiscard]] bool is_absent() const { return json_.empty(); }
  [[nodiscard]] bool is_null() const { return json_.empty() || json_ == "null"; }
  [[nodiscard]] bool is_array() const { return json_.starts_with('['); }
  [[nodiscard]] bool is_object() const { return json_.starts_with('{'); }

  // Nothing when it is of another type, or does not fit.
  [[nodiscard]] std::optional<bool> as_bool() const;
  [[nodiscard]] std::optional<int64_t> as_integer() const;
  [[nodiscard]] std::optional<uint64_t> as_unsigned() const;
  [[nodiscard]] std::optional<double> as_double() const;
  [[nodiscard]] std::optional<std::string> as_string() const;
  // The attachment that stands here. Borrowed as the value is.
  [[nodiscard]] std::optional<std::string_view> as_bytes() const;

  // Of an array, in order; otherwise none.
  [[nodiscard]] std::vector<Value> elements() const;
  // Of an object, in order; otherwise none.
  [[nodiscard]] std::vector<std::pair<std::string, Value>> members() const;
  // Absent when there is none.
  [[nodiscard]] Value member(std::string_view key) const;

  // The text, compact. A place where binary data stands reads
  // `{"_placeholder":true,"num":0}`.
  [[nodiscard]] std::string_view json() const { return json_; }
  [[nodiscard]] std::span<const std::string> attachments() const { return attachments_; }

 private:
  std::string_view json_;
  std::span<const std::string> attachments_;
};

}  // namespace crema
