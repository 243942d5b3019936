#include "crema/http/cors.h"

#include "crema/base/check.h"

#include <algorithm>
#include <string_view>

namespace crema::http {
namespace {

void add(Response& response, std::string_view name, std::string_view value) {
  if (!value.empty()) response.headers.push_back({std::string{name}, std::string{value}});
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ',';
    out += word;
  }
  return out;
}

void add_vary(Response& response, std::string_view field) {
  if (header_has_token(response.headers, "Vary", field)) return;
  if (header_has_token(response.headers, "Vary", "*")) return;
  const auto vary = std::ranges::find_if(response.headers, [](const Header& header) {
    return equals_ignoring_case(header.name, "Vary");
  });
  if (vary == response.headers.end()) return add(response, "Vary", field);
  vary->value.append(", ").append(field);
}

// Empty when no Access-Control-Allow-Origin is due.
std::string_view allowed_origin(const Cors& cors, const Request& request) {
  const std::string_view origin = request.header("Origin").value_or("");
  switch (cors.origins) {
    case Cors::Origins::kOff:
      return {};
    case Cors::Origins::kAny:
      return "*";
    case Cors::Origins::kReflect:
      return origin;
    case Cors::Origins::kFixed:
      CREMA_ASSERT(cors.origin_list.size() == 1);
      return cors.origin_list.front();
    case Cors::Origins::kList: {
      const bool listed = std::ranges::find(cors.origin_list, origin) != cors.origin_list.end();
      return listed ? origin : std::string_view{};
    }
    case Cors::Origins::kRule:
      CREMA_ASSERT(cors.is_allowed);
      return cors.is_allowed(origin) ? origin : std::string_view{};
  }
  return {};
}

void add_origin(const Cors& cors, const Request& request, Response& response) {
  add(response, "Access-Control-Allow-Origin", allowed_origin(cors, request));
  if (cors.origins != Cors::Origins::kAny) add_vary(response, "Origin");
  if (cors.credentials) add(response, "Access-Control-Allow-Credentials", "true");
}

void add_allowed_headers(const Cors& cors, const Request& request, Response& response) {
  if (!cors.allowed_headers.empty()) {
    return add(response, "Access-Control-Allow-Headers", join(cors.allowed_headers));
  }
  add_vary(response, "Access-Control-Request-Headers");
  add(response, "Access-Control-Allow-Headers",
      request.header("Access-Control-Request-Headers").value_or(""));
}

void add_preflight_headers(const Cors& cors, const Request& request, Response& response) {
  add_origin(cors, request, response);
  add(response, "Access-Control-Allow-Methods", join(cors.methods));
  add_allowed_headers(cors, request, response);
  if (cors.max_age) {
    add(response, "Access-Control-Max-Age", std::to_string(cors.max_age->count()));
  }
  add(response, "Access-Control-Expose-Headers", join(cors.exposed_headers));
}

}  // namespace

void add_headers(const Cors& cors, const Request& request, Response& response) {
  if (cors.origins == Cors::Origins::kOff) return;
  if (request.method == "OPTIONS") return add_preflight_headers(cors, request, response);
  add_origin(cors, request, response);
  add(response, "Access-Control-Expose-Headers", join(cors.exposed_headers));
}

std::optional<Response> preflight(const Cors& cors, const Request& request) {
  if (cors.origins == Cors::Origins::kOff || request.method != "OPTIONS") return std::nullopt;
  if (cors.preflight == Cors::Preflight::kNext) return std::nullopt;
  Response response{.status = cors.options_success_status, .headers = {}, .body = {}};
  add_preflight_headers(cors, request, response);
  return response;
}

}  // namespace crema::http
