// The demo's documents: a few ToDos in memory.
#pragma once

#include "crema/base/result.h"

#include <array>
#include <string>
#include <string_view>

namespace crema::app {

// Loop thread only.
class DemoTodos {
 public:
  static constexpr std::string_view kDoctype = "ToDo";
  static constexpr size_t kTextBytesMax = 560;  // 140 characters of any alphabet.

  // [{"name":…,"text":…,"done":…}]
  [[nodiscard]] std::string json() const;
  // Applies {"text":…} or {"done":…}, or both, to the ToDo of this name.
  // Errors: what to say to who asked.
  [[nodiscard]] base::Result<void, std::string> change(std::string_view name,
                                                       std::string_view body);

 private:
  struct Todo {
    std::string_view name;
    std::string text;
    bool done = false;
  };

  std::array<Todo, 3> todos_ = {Todo{"1", "Open this page twice"},
                                Todo{"2", "Tick this one, and watch the other page"},
                                Todo{"3", "Publish an event from a terminal"}};
};

}  // namespace crema::app
