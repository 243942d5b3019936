// The demo over HTTP: its page, and the long job that the page can start.
#pragma once

#include "crema/frappe/event_bridge.h"
#include "crema/http/request.h"
#include "crema/http/response.h"
#include "crema/net/loop.h"

#include <optional>
#include <string>

namespace crema::app {

// Loop thread only.
class DemoSite {
 public:
  // Borrows both for life.
  DemoSite(net::Loop& loop, frappe::EventBridge& bridge) : loop_(loop), bridge_(bridge) {}

  // GET of an asset, POST /demo/job; nothing for any other path.
  [[nodiscard]] std::optional<http::Response> handle(const http::Request& request);
  // Jobs end at their next step.
  void stop() { stopping_ = true; }

  static constexpr int kJobsMax = 8;

 private:
  [[nodiscard]] http::Response start_job(const http::Request& request);
  // Publishes progress to the user until 100.
  net::Task<void> run_job(std::string user);

  net::Loop& loop_;
  frappe::EventBridge& bridge_;
  int jobs_ = 0;
  bool stopping_ = false;
};

}  // namespace crema::app
