// The demo over HTTP: its page, what the page can start, and the list it can change.
#pragma once

#include "crema/app/demo_todos.h"
#include "crema/frappe/event_bridge.h"
#include "crema/http/request.h"
#include "crema/http/response.h"
#include "crema/net/loop.h"

#include <optional>
#include <string>
#include <string_view>

namespace crema::app {

// Loop thread only.
class DemoSite {
 public:
  // Borrows both for life.
  DemoSite(net::Loop& loop, frappe::EventBridge& bridge) : loop_(loop), bridge_(bridge) {}

  // GET of an asset or of /demo/todos, POST of what is below /demo; nothing for any other path.
  [[nodiscard]] std::optional<http::Response> handle(const http::Request& request);
  // Jobs end at their next step.
  void stop() { stopping_ = true; }

  static constexpr int kJobsMax = 8;

 private:
  [[nodiscard]] http::Response act(const http::Request& request);
  [[nodiscard]] http::Response change_todo(const http::Request& request, std::string_view name);
  [[nodiscard]] http::Response start(net::Task<void> job);
  // Publishes progress to the user until 100.
  net::Task<void> run_job(std::string user);
  // Publishes eight numbered events to the user.
  net::Task<void> run_ticks(std::string user);
  void publish(const std::string& room, std::string_view event, std::string_view message);

  net::Loop& loop_;
  frappe::EventBridge& bridge_;
  DemoTodos todos_;
  int jobs_ = 0;
  bool stopping_ = false;
};

}  // namespace crema::app
