// Query strings, and the encoding of forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::http {

// The keys and values of a query, decoded as WHATWG URLSearchParams decodes: `+` is a space, a bad
// percent sequence stays as it is, bytes that are no UTF-8 become U+FFFD. Of a repeated key the
// last value wins and the first place stays. Parsing takes O(n log n).
// Source: spec socketio.md 1.2.
class Query {
 public:
  struct Entry {
    std::string key;
    std::string value;
  };

  Query() = default;
  // `text` is what follows the `?`.
  explicit Query(std::string_view text);

  // Borrows from the query.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

// Appends `text` as application/x-www-form-urlencoded, as URLSearchParams writes it.
void append_form_encoded(std::string& out, std::string_view text);

}  // namespace crema::http
