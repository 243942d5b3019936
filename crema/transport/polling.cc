#include "crema/transport/polling.h"

#include "crema/base/utf8.h"
#include "crema/engineio/payload.h"

namespace crema::transport {
namespace {

// Internet Explorer's filter mangles bodies unless told not to. Source: spec/socketio.md 1.5.
bool is_internet_explorer(const http::Request& request) {
  const std::string_view agent = request.header("user-agent").value_or("");
  return agent.find(";MSIE") != std::string_view::npos ||
         agent.find("Trident/") != std::string_view::npos;
}

http::Response ok(const http::Request& request, std::string_view content_type, std::string body) {
  http::Response response{
      .status = 200,
      .headers = {{"Content-Type", std::string(content_type)}, {"cache-control", "no-store"}},
      .body = std::move(body)};
  if (is_internet_explorer(request)) response.headers.push_back({"X-XSS-Protection", "0"});
  return response;
}

bool is_octet_stream(const http::Request& request) {
  return request.header("content-type") == "application/octet-stream";
}

}  // namespace

http::Response poll_response(const http::Request& request, std::string body) {
  return ok(request, "text/plain; charset=UTF-8", std::move(body));
}

std::optional<http::Response> refuse_post(engineio::Session& session, const http::Request& request,
                                          const engineio::Config& config) {
  if (is_octet_stream(request) ||
      engineio::count_packets(request.body) > config.payload_packets_max) {
    session.fail(engineio::CloseReason::kTransportError);
    return bare_response(400);
  }
  if (!base::valid_utf8(request.body)) {
    session.fail(engineio::CloseReason::kParseError);
    return post_response(request);
  }
  return std::nullopt;
}

bool feed_post(engineio::Session& session, engineio::PayloadCursor& packets, size_t packets_max) {
  for (size_t fed = 0; session.state() == engineio::Session::State::kOpen; ++fed) {
    if (fed == packets_max) return packets.at_end();
    std::string_view packet;
    if (!packets.next(packet)) return true;
    session.on_text(packet);
  }
  return true;
}

http::Response post_response(const http::Request& request) {
  return ok(request, "text/html", "ok");
}

http::Response bare_response(unsigned status) {
  return {.status = status, .headers = {}, .body = {}};
}

}  // namespace crema::transport
