#include "crema/doctor/doctor.h"

#include "crema/app/redis_address.h"
#include "crema/app/run_blocking.h"
#include "crema/base/log.h"
#include "crema/base/random.h"
#include "crema/doctor/bench_files.h"
#include "crema/doctor/explain.h"
#include "crema/doctor/handler_checks.h"
#include "crema/doctor/local_checks.h"
#include "crema/doctor/redis_checks.h"
#include "crema/doctor/visit.h"
#include "crema/doctor/web_checks.h"
#include "crema/frappe/config.h"
#include "crema/net/tls.h"
#include "crema/publish/envelope.h"
#include "crema/publish/room_names.h"
#include "crema/redis/publisher.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

// g++ 12.2 inlines Asio's `operator new` of a coroutine's frame here, and then takes Asio's own
// `operator delete` for another allocator's.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace crema::doctor {
namespace {

// What was asked, understood.
struct Request {
  std::optional<PublicUrl> url;
  std::optional<net::Endpoint> connect;
  std::string site;
  std::string sid;
};

// The site whose pages are at the URL. Empty: it cannot be told.
std::string site_of(const DoctorOptions& options, const std::optional<PublicUrl>& url,
                    const app::Config& config) {
  if (!options.site.empty()) return options.site;
  const auto& sites = config.sites;
  if (url && std::ranges::find(sites, url->host) != sites.end()) return url->host;
  if (sites.size() == 1) return sites.front();
  return config.default_site.value;
}

base::Result<Request, std::string> read_request(const DoctorOptions& options,
                                                const app::Config& config) {
  Request request{.url = {}, .connect = {}, .site = {}, .sid = options.sid};
  if (!options.url.empty()) {
    auto url = parse_public_url(options.url);
    if (!url) return base::fail("--url " + url.error());
    request.url = std::move(*url);
  }
  if (!options.connect.empty()) {
    if (!request.url) return base::fail(std::string("--connect is for --url"));
    auto at = app::parse_host_port(options.connect, request.url->port);
    if (!at) return base::fail("--connect " + at.error());
    request.connect = net::Endpoint{std::move(at->host), at->port, {}};
  }
  request.site = site_of(options, request.url, config);
  const auto& sites = config.sites;
  if (!options.site.empty() && std::ranges::find(sites, options.site) == sites.end()) {
    return base::fail(fmt::format("--site {} is no folder in sites/", options.site));
  }
  if (request.site.empty() && (request.url || !options.sid.empty())) {
    return base::fail(std::string("which site? There are several: name one with --site"));
  }
  if (options.sid.find_first_of(" ;,\"\\\r\n") != std::string::npos) {
    return base::fail(std::string("--sid must be the value of the cookie alone"));
  }
  return request;
}

class Doctor {
 public:
  Doctor(net::Loop& loop, const app::LoadedConfig& loaded, Request request)
      : loop_(loop),
        loaded_(loaded),
        shared_(std::make_shared<const app::Config>(loaded.config)),
        config_(*shared_),
        request_(std::move(request)),
        redis_(loop,
               app::redis_address(config_.redis_queue.value, config_).value_or(redis::Address{})) {}

  net::Task<Findings> run() {
    append(check_files(loaded_));
    auto redis = check_redis(loop_, shared_);
    Findings of_redis = co_await std::move(redis);
    append(std::move(of_redis));
    WebExamination examination(loop_, config_, {request_.site, request_.sid});
    auto web = examination.run();
    WebFindings answered = co_await std::move(web);
    append(std::move(answered.findings));
    auto local = check_local(loop_, shared_);
    Finding of_local = co_await std::move(local);
    findings_.push_back(std::move(of_local));
    auto handlers = check_handlers(loop_, shared_);
    Findings of_handlers = co_await std::move(handlers);
    append(std::move(of_handlers));
    auto proxy = check_proxy(std::move(answered.person));
    Findings of_proxy = co_await std::move(proxy);
    append(std::move(of_proxy));
    co_return std::move(findings_);
  }

 private:
  void append(Findings more) {
    for (Finding& finding : more) findings_.push_back(std::move(finding));
  }

  net::Task<Findings> check_proxy(Person person) {
    Findings findings;
    if (!request_.url) {
      findings.push_back({Verdict::kSkipped, "proxy", "was not examined",
                          "give the address that browsers use: --url https://HOST"});
      co_return findings;
    }
    // A session that is nobody's has no room of its own.
    const bool has_room =
        !request_.sid.empty() && !person.user.empty() && person.user != frappe::kGuestUser;
    const std::string user = has_room ? person.user : std::string();
    Visitor visitor(loop_, plan_for(user));
    auto visiting = visitor.run();
    const Visit visited = co_await std::move(visiting);
    findings.push_back(
        explain(visited, {*request_.url, request_.site, user, listening_at(config_)}));
    co_return findings;
  }

  VisitPlan plan_for(const std::string& user) {
    VisitPlan plan;
    plan.url = *request_.url;
    plan.connect = request_.connect.value_or(request_.url->endpoint());
    if (plan.url.scheme == Scheme::kHttps) {
      plan.connect.tls = std::make_shared<net::TlsTrust>(config_.tls_ca.value);
      plan.connect.tls_name = plan.url.host;
    }
    plan.site = request_.site;
    plan.sid = request_.sid.empty() ? std::string(frappe::kGuestUser) : request_.sid;
    plan.probe = "crema_doctor_" + base::random_id(12);
    if (user.empty()) plan.task_id = "crema-doctor-" + base::random_id(12);
    const std::string room =
        user.empty() ? publish::task_room(plan.task_id) : publish::user_room(user);
    auto envelope = publish::encode_envelope(
        {.event = plan.probe, .message = "{}", .room = room, .site = plan.site});
    plan.publish = [this, text = std::move(envelope).value_or(std::string())] {
      return publish_probe(text);
    };
    return plan;
  }

  net::Task<bool> publish_probe(std::string envelope) {
    std::string channel(publish::kChannel);
    auto publishing = redis_.publish(std::move(channel), std::move(envelope));
    const auto published = co_await std::move(publishing);
    co_return published.has_value();
  }

  net::Loop& loop_;
  const app::LoadedConfig& loaded_;
  const SharedConfig shared_;
  const app::Config& config_;
  const Request request_;
  redis::Publisher redis_;
  Findings findings_;
};

}  // namespace

app::Outcome doctor_command(const DoctorOptions& options) {
  const app::LoadedConfig loaded = app::load_config(options.config);
  if (loaded.config.bench.value.empty()) return app::fail_with(loaded.problems.front());
  auto request = read_request(options, loaded.config);
  if (!request) return app::fail_with(app::kExitUsage, request.error());

  log::configure(log::Level::kOff, log::Format::kLogfmt);
  net::Loop loop;
  Doctor doctor(loop, loaded, std::move(*request));
  const Findings findings = app::run_blocking<Findings>(loop, doctor.run());
  return {.exit_code = has_failure(findings) ? app::kExitFailure : app::kExitClean,
          .out = to_string(findings),
          .err = {}};
}

}  // namespace crema::doctor
