// One parsed HTTP request.
#pragma once

#include "crema/http/header.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::http {

struct Request {
  std::string method;
  // As sent: visible ASCII only.
  std::string target;
  // 10 or 11.
  unsigned version = 11;
  std::vector<Header> headers;
  std::string body;
  // Whether the client wants the connection to stay open after the answer.
  bool keep_alive = true;

  // The target before `?`, not decoded. Borrows from the request, as all below.
  [[nodiscard]] std::string_view path() const;
  // The target after the first `?` without a fragment, not decoded; empty without one.
  [[nodiscard]] std::string_view query() const;
  // The first header of that name, whatever its case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  // `Connection` has the token `upgrade` and `Upgrade` lists `protocol`, both without case.
  [[nodiscard]] bool wants_upgrade(std::string_view protocol) const;
};

}  // namespace crema::http
