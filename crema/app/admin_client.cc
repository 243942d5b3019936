#include "crema/app/admin_client.h"

#include "crema/app/run_blocking.h"
#include "crema/net/http_client.h"

#include <chrono>
#include <utility>

namespace crema::app {
namespace {

using Answer = base::Result<http::Response, net::Errc>;

constexpr base::Duration kTimeout = std::chrono::seconds(5);
// /metrics with every series there can be is far below it.
constexpr size_t kAnswerBytesMax = 4 * 1024 * 1024;

}  // namespace

base::Result<http::Response, AdminCallError> call_admin(AdminCall call) {
  net::HttpCall http_call;
  http_call.upstream.unix_path = std::move(call.socket_path);
  http_call.method = std::move(call.method);
  http_call.target = std::move(call.target);
  http_call.body = std::move(call.body);
  http_call.timeout = kTimeout;
  http_call.body_bytes_max = kAnswerBytesMax;
  if (!http_call.body.empty()) {
    http_call.headers.push_back({"Content-Type", "application/json"});
  }
  net::Loop loop;
  Answer answer = run_blocking<Answer>(loop, net::fetch(loop, std::move(http_call)));
  if (answer) return std::move(*answer);
  const bool nobody =
      answer.error() == net::Errc::kRefused || answer.error() == net::Errc::kBadCall;
  return base::fail(nobody ? AdminCallError::kNobodyThere : AdminCallError::kNoAnswer);
}

}  // namespace crema::app
