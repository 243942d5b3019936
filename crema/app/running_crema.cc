#include "crema/app/running_crema.h"

#include "crema/app/admin_client.h"
#include "crema/app/admin_socket.h"

#include <fmt/format.h>

namespace crema::app {

base::Result<std::string, Outcome> post_to_running(const Config& config, std::string target,
                                                   std::string body) {
  const AdminSocket socket = bench_admin_socket(config.bench.value);
  auto answer = call_admin({.socket_path = socket.path,
                            .method = "POST",
                            .target = std::move(target),
                            .body = std::move(body)});
  if (!answer) {
    return base::fail(fail_with(kExitFailure, answer.error() == AdminCallError::kNobodyThere
                                                  ? "no crema runs in " + config.bench.value
                                                  : socket.path + ": no answer within 5 s"));
  }
  if (answer->status != 200) {
    return base::fail(
        fail_with(kExitFailure, fmt::format("{}: status {}", socket.path, answer->status)));
  }
  return std::move(answer->body);
}

}  // namespace crema::app
