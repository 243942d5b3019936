#include "crema/library/engine_options.h"

#include "crema/http/header.h"
#include "crema/library/core.h"
#include "crema/library/guarded.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

namespace crema {

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [name](const auto& each) { return http::equals_ignoring_case(each.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

}  // namespace crema

namespace crema::library {
namespace {

std::optional<http::SetCookie::Priority> priority_of(CookieOptions::Priority priority) {
  using Ours = CookieOptions::Priority;
  using Theirs = http::SetCookie::Priority;
  switch (priority) {
    case Ours::kUnset:
      return std::nullopt;
    case Ours::kLow:
      return Theirs::kLow;
    case Ours::kMedium:
      return Theirs::kMedium;
    case Ours::kHigh:
      return Theirs::kHigh;
  }
  return std::nullopt;
}

std::optional<http::SetCookie> cookie_of(const std::optional<CookieOptions>& options) {
  if (!options) return std::nullopt;
  using Ours = CookieOptions::SameSite;
  using Theirs = http::SetCookie::SameSite;
  http::SetCookie cookie;
  cookie.name = options->name;
  cookie.path = options->path;
  cookie.domain = options->domain;
  cookie.max_age = options->max_age;
  if (options->expires) {
    cookie.expires = std::chrono::floor<std::chrono::seconds>(*options->expires);
  }
  cookie.http_only = options->http_only;
  cookie.secure = options->secure;
  cookie.partitioned = options->partitioned;
  cookie.priority = priority_of(options->priority);
  cookie.same_site.reset();
  if (options->same_site == Ours::kNone) cookie.same_site = Theirs::kNone;
  if (options->same_site == Ours::kLax) cookie.same_site = Theirs::kLax;
  if (options->same_site == Ours::kStrict) cookie.same_site = Theirs::kStrict;
  return cookie;
}

using Rule = std::function<void(const HttpRequest&, Next)>;

// `what` is a literal.
server::AllowRequest rule_of(const Rule& rule, const char* what, const std::weak_ptr<Core>& core) {
  return [rule, what, core](const http::Request& request, const std::string& address,
                            server::Decide decide) {
    const Next next([core, decide = std::move(decide)](const std::optional<Error>& error) {
      const auto living = core.lock();
      if (!living) return;
      living->while_it_lives([&] { decide(error ? std::optional(error->message) : std::nullopt); });
    });
    const auto thrown = guarded(what, [&] { rule(copy_of(request, address), next); });
    if (thrown) next(Error{});
  };
}

server::GenerateId generate_id_of(const Options& options, const std::weak_ptr<Core>& core) {
  if (!options.generate_id) return {};
  using Made = std::function<void(std::optional<std::string>)>;
  return [generate = options.generate_id, core](const http::Request& request, Made made) {
    const auto told = [core, made = std::move(made)](const std::string& id) {
      const auto living = core.lock();
      if (!living) return;
      living->while_it_lives([&] { made(id.empty() ? std::nullopt : std::optional(id)); });
    };
    const auto thrown = guarded("Options::generate_id", [&] { generate(copy_of(request), told); });
    if (thrown) told({});
  };
}

server::OnSession sessions_of(const Options& options) {
  if (!options.on_engine_connection) return {};
  return [tell = options.on_engine_connection](const http::Request& request,
                                               const std::string& address) {
    (void)guarded("Options::on_engine_connection", [&] { tell(copy_of(request, address)); });
  };
}

server::OnConnectionError errors_of(const Options& options) {
  if (!options.on_connection_error) return {};
  return [tell = options.on_connection_error](const http::Request& request,
                                              const transport::ConnectionError& error) {
    (void)guarded("Options::on_connection_error", [&] {
      tell({.code = error.code, .message = error.message, .request = copy_of(request)});
    });
  };
}

server::AddHeaders headers_of(const Options& options) {
  if (!options.headers) return {};
  return [add = options.headers](const http::Request& request, http::Response& response) {
    const HttpRequest copy = copy_of(request);
    const bool is_first = ("&" + copy.query).find("&sid=") == std::string::npos;
    HttpHeaders added;
    (void)guarded("Options::headers", [&] { add(copy, added, is_first); });
    for (auto& [name, value] : added) {
      response.headers.push_back({std::move(name), std::move(value)});
    }
  };
}

}  // namespace

HttpRequest copy_of(const http::Request& request, std::string address) {
  HttpRequest copy{.method = request.method,
                   .path = std::string(request.path()),
                   .query = std::string(request.query()),
                   .headers = {},
                   .body = request.body,
                   .address = std::move(address)};
  for (const http::Header& header : request.headers) {
    copy.headers.emplace_back(header.name, header.value);
  }
  return copy;
}

http::Cors cors_of(const CorsOptions& options) {
  using Origins = http::Cors::Origins;
  http::Cors cors;
  const bool any = std::ranges::find(options.origins, "*") != options.origins.end();
  cors.origins = options.allow     ? Origins::kRule
                 : options.reflect ? Origins::kReflect
                 : any             ? Origins::kAny
                                   : Origins::kList;
  if (cors.origins == Origins::kList) cors.origin_list = options.origins;
  cors.is_allowed = options.allow;
  cors.credentials = options.credentials && cors.origins != Origins::kAny;
  cors.methods = options.methods;
  cors.allowed_headers = options.allowed_headers;
  cors.exposed_headers = options.exposed_headers;
  cors.max_age = options.max_age;
  cors.options_success_status = options.options_success_status;
  if (options.preflight_continue) cors.preflight = http::Cors::Preflight::kNext;
  return cors;
}

void set_engine_options(const Options& options, const std::weak_ptr<Core>& core,
                        server::Config& config) {
  config.transport.path = options.path;
  if (!options.add_trailing_slash) config.transport.path.pop_back();
  config.transport.transports.polling = options.transports.polling;
  config.transport.transports.websocket = options.transports.websocket;
  config.transport.allow_upgrades = options.allow_upgrades;
  config.transport.cookie = cookie_of(options.cookie);
  config.transport.compress_from_bytes = options.http_compression;
  config.engineio.initial_packet = options.initial_packet;
  for (const Rule& middleware : options.middlewares) {
    config.middlewares.push_back(rule_of(middleware, "Options::middlewares", core));
  }
  if (options.allow_request) {
    config.allow_request = rule_of(options.allow_request, "Options::allow_request", core);
  }
  config.generate_id = generate_id_of(options, core);
  config.on_session = sessions_of(options);
  config.on_connection_error = errors_of(options);
  config.add_headers = headers_of(options);
}

}  // namespace crema::library
