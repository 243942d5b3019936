// Waits for what the program decides about one request: Config::middlewares, allow_request,
// generate_id.
#pragma once

#include "crema/http/request.h"
#include "crema/net/loop.h"
#include "crema/server/config.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace crema::server {

struct Decision {
  std::optional<std::string> said;
};

// Loop thread only. Destroyed before the decision, it lets the decision fall.
class Permission {
 public:
  using OnDecided = std::function<void(const Decision&)>;

  // Asks. `on_decided` is called once on the loop's thread, in a later handler; not at all when the
  // decision is made on that thread before this returns: see `at_once`.
  Permission(const AllowRequest& allow, net::Loop& loop, const http::Request& request,
             const std::string& address, OnDecided on_decided);
  Permission(const Permission&) = delete;
  Permission& operator=(const Permission&) = delete;
  ~Permission();

  [[nodiscard]] std::optional<Decision> at_once() const;

 private:
  struct Shared;

  std::shared_ptr<Shared> shared_;
};

}  // namespace crema::server
