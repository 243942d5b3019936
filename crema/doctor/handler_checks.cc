#include "crema/doctor/handler_checks.h"

#include "crema/app/admin_socket.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"
#include "crema/net/http_client.h"

#include <string>
#include <vector>

namespace crema::doctor {
namespace {

constexpr base::Duration kAnswerMax{3'000};
// A string: see local_checks.cc.
const std::string kHandlers = "/handlers";

std::string text_of(json::Slice object, std::string_view key) {
  const auto value = json::member(object, key);
  return value ? json::string_value(*value).value_or(std::string()) : std::string();
}

}  // namespace

Findings explain_handlers(std::string_view answer, std::string_view bench) {
  std::vector<json::Slice> apps;
  const auto listed = json::member(answer, "apps");
  if (!listed || !json::split_array(*listed, apps)) return {};
  Findings findings;
  std::string loaded;
  for (const json::Slice app : apps) {
    const std::string error = text_of(app, "error");
    if (error.empty()) {
      loaded.append(loaded.empty() ? "" : ", ").append(text_of(app, "file"));
      continue;
    }
    findings.push_back({Verdict::kFailed, "handlers", error,
                        "mend the file, then crema reload --bench " + std::string(bench) +
                            "; until then the app's events are ignored"});
  }
  if (!loaded.empty()) findings.push_back({Verdict::kOk, "handlers", "are served: " + loaded});
  return findings;
}

net::Task<Findings> check_handlers(net::Loop& loop, SharedConfig shared) {
  net::HttpCall call;
  call.upstream = {{}, 0, app::bench_admin_socket(shared->bench.value).path};
  call.target = kHandlers;
  call.timeout = kAnswerMax;
  auto fetching = net::fetch(loop, std::move(call));
  const auto answer = co_await std::move(fetching);
  // Whether there is a Crema at all is another finding.
  if (!answer || answer->status != 200) co_return Findings{};
  std::string normalised;
  if (!json::normalize(answer->body, json::NonFinite::kReject, normalised)) co_return Findings{};
  co_return explain_handlers(normalised, shared->bench.value);
}

}  // namespace crema::doctor
