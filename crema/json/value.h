// Small documents as values: configuration files, answers of the web process, admin requests.
#pragma once

#include "crema/base/result.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace crema::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

// For the person who wrote the file: what is wrong and where. Lines and columns count from 1,
// columns in code points.
struct ParseError {
  size_t line = 1;
  size_t column = 1;
  std::string message;
};

// Of several equal keys the last wins. Stricter than `normalize` about lone surrogate escapes.
// Errors: longer than `bytes_max`, deeper than kDepthMax, no JSON, no UTF-8. Source: RFC 8259.
[[nodiscard]] base::Result<Value, ParseError> parse(std::string_view text, size_t bytes_max);

// Compact; numbers in their shortest form, those that are not finite as null. The value must not
// be nested deeper than kDepthMax.
[[nodiscard]] std::string serialize(const Value& value);

}  // namespace crema::json
