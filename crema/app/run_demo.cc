#include "crema/app/demo_backend.h"
#include "crema/app/demo_site.h"
#include "crema/app/outcome.h"
#include "crema/app/publish_command.h"
#include "crema/app/run.h"
#include "crema/app/runtime.h"
#include "crema/app/version.h"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>

namespace crema::app {
namespace {

constexpr uint16_t kOtherPort = 9100;

int fail(int exit_code, const std::string& message) {
  std::fprintf(stderr, "crema: %s\n", message.c_str());
  return exit_code;
}

int fail_to_listen(const net::ListenError& error, uint16_t port) {
  if (error.kind != net::ListenError::Kind::kInUse) return fail(kExitFailure, error.message);
  const int other = port == kOtherPort ? kOtherPort + 100 : kOtherPort;
  return fail(kExitUsage,
              fmt::format("port {} is in use (a bench?): crema demo --port {}", port, other));
}

// Whoever works over SSH has no browser here. SSH_CONNECTION ends in this machine's address, port.
std::string from_elsewhere(uint16_t port) {
  const Environment environment = current_environment();
  std::istringstream words{std::string(get(environment, "SSH_CONNECTION"))};
  std::string client;
  std::string client_port;
  std::string here;
  if (!(words >> client >> client_port >> here)) return {};
  const std::string_view user = get(environment, "USER");
  return fmt::format(
      "\n  You are here over SSH. To see the page, run this on your own machine:\n"
      "    ssh -L {0}:localhost:{0} {1}{2}{3}\n",
      port, user, user.empty() ? "" : "@", here);
}

void welcome(uint16_t port) {
  fmt::print(R"(
  This is a DEMO: events live in this process's memory, its users are built in, and everybody on
  this machine may use it. Nothing of it is part of `crema serve`.

  Open   http://localhost:{0}/
  Users  alice@example.com (System User), bob@example.com (Website User), Guest
  Site   {1}

  Try, in another terminal:
    crema publish --user alice@example.com msgprint '"Hello from a terminal"'
    for i in $(seq 100); do echo $i; sleep 0.05; done |
      crema progress --user alice@example.com --title Import
    crema publish --website news '{{"n": 1}}'
    crema stats

  Ctrl-C stops it.
{2}
)",
             port, kDemoSite, from_elsewhere(port));
  std::fflush(stdout);
}

AdminHooks demo_hooks() {
  AdminHooks hooks;
  hooks.why_not_ready = [] { return std::string(); };
  hooks.default_site = kDemoSite;
  return hooks;
}

}  // namespace

int run_demo(const DemoOptions& options) {
  log::configure(options.log_level, options.log_format);
  (void)net::raise_descriptor_limit();
  std::unique_ptr<DemoSite> site;
  RuntimeOptions runtime_options;
  runtime_options.find_site = [demo = std::make_shared<const frappe::Site>()](std::string_view name,
                                                                              base::TimePoint) {
    return name == kDemoSite ? demo : nullptr;
  };
  runtime_options.frappe.default_site = kDemoSite;
  runtime_options.frappe.missing_origin = frappe::MissingOrigin::kAlways;
  runtime_options.on_http = [&site](const http::Request& request) { return site->handle(request); };
  runtime_options.server.socketio.recovery = socketio::RecoveryConfig{};
  Runtime runtime(std::move(runtime_options));
  site = std::make_unique<DemoSite>(runtime.loop(), runtime.bridge());
  DemoBackend backend;
  runtime.set_backend(backend);
  runtime.at_stop([&site] { site->stop(); });

  const auto first = runtime.server().listen_tcp("127.0.0.1", options.port);
  if (!first) return fail_to_listen(first.error(), options.port);
  const auto second = runtime.server().listen_tcp("::1", runtime.server().port());
  if (!second && second.error().kind == net::ListenError::Kind::kInUse) {
    return fail_to_listen(second.error(), options.port);
  }
  const auto admin =
      runtime.open_admin(demo_admin_socket(current_environment()), {}, {}, demo_hooks());
  if (!admin) return fail(kExitFailure, admin.error());

  log::warn("this is a demo: built-in users, events in memory, loopback only",
            {{"version", version()}, {"port", runtime.server().port()}});
  runtime.announce();
  welcome(runtime.server().port());
  return runtime.run();
}

}  // namespace crema::app
