// How a middleware, or a rule of the program's, says what it has decided.
#pragma once

#include "crema/library/value.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace crema {

// Why something is refused, for the client to read.
struct Error {
  std::string message;
  Json data = {};  // Empty: none.
};

// What a middleware calls when it has decided, now or later, on any thread; the first call counts.
class Next {
 public:
  explicit Next(std::function<void(std::optional<Error>)> fn) : fn_(std::move(fn)) {}
  // Yes.
  void operator()() const { fn_(std::nullopt); }
  // No, and why.
  void operator()(Error error) const { fn_(std::move(error)); }

 private:
  std::function<void(std::optional<Error>)> fn_;
};

}  // namespace crema
