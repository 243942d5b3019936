// The names of rooms, as `to`, `except` and `join` take them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema {

// One room, or several: `to("a")`, `to({"a", "b"})`, `to(names)`. Made of any of these unasked.
class Rooms {
 public:
  Rooms(std::string room) { names_.push_back(std::move(room)); }
  Rooms(std::string_view room) { names_.emplace_back(room); }
  Rooms(const char* room) { names_.emplace_back(room); }
  Rooms(std::vector<std::string> rooms) : names_(std::move(rooms)) {}
  Rooms(std::initializer_list<std::string> rooms) : names_(rooms) {}

  // In the order they were given.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
};

}  // namespace crema
