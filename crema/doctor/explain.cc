#include "crema/doctor/explain.h"

#include <fmt/format.h>

namespace crema::doctor {
namespace {

using Kind = ChannelError::Kind;

constexpr const char* kSubject = "proxy";
constexpr std::string_view kLocation =
    "in nginx, `location /socket.io` needs proxy_http_version 1.1; proxy_set_header Upgrade "
    "$http_upgrade; proxy_set_header Connection \"upgrade\"; (bench setup nginx writes them)";

Finding failed(std::string what, std::string cure) {
  return {Verdict::kFailed, kSubject, std::move(what), std::move(cure)};
}

Finding explain_error(const ChannelError& error, const Circumstances& it) {
  const std::string what = fmt::format("{}: {}", it.url.origin(), to_string(error));
  switch (error.kind) {
    case Kind::kResolve:
      return failed(what,
                    "name the proxy with --connect 127.0.0.1:PORT; Crema itself never calls its "
                    "public address, so this matters to this command only");
    case Kind::kRefused:
      return failed(what, "start the proxy (nginx), or correct the port in --url or --connect");
    case Kind::kCertificate:
      return failed(what,
                    "browsers refuse it too unless they know who signed it: install the whole "
                    "chain (an authority of your own: crema.tls_ca); Crema serves without, it asks "
                    "the web process without TLS");
    case Kind::kTls:
      return failed(what, "is the port the one for https? Try the http:// address");
    default:
      return failed(what, "see the proxy's error log; a firewall in between drops connections so");
  }
}

Finding explain_redirect(const http::Response& answer, const Circumstances& it) {
  const std::string location(answer.header("Location").value_or("another address"));
  return failed(fmt::format("{} redirects realtime requests to {}", it.url.origin(), location),
                "give the address that browsers end up at as --url; where TLS ends at another "
                "proxy in front, pass /socket.io on there without a redirect");
}

Finding explain_poll(const http::Response& answer, const Circumstances& it) {
  const unsigned status = answer.status;
  if (status >= 300 && status < 400) return explain_redirect(answer, it);
  if (status == 502 || status == 503 || status == 504) {
    return failed(
        fmt::format("the proxy answers {}: it finds nobody where it looks for the realtime process",
                    status),
        fmt::format("start Crema, and let nginx's upstream <bench>-socketio-server be {} "
                    "(multi-bench setups: each has its own socketio_port)",
                    it.listening));
  }
  if (status == 401 || status == 403) {
    return failed(fmt::format("the proxy answers {} itself", status),
                  "exempt /socket.io from the proxy's own login, IP list or WAF");
  }
  if (status == 413 || status == 429) {
    return failed(fmt::format("the proxy answers {}: one of its own limits", status),
                  "raise limit_conn or limit_req for /socket.io: every open page holds one");
  }
  return failed(
      fmt::format("{}/socket.io/ is answered with status {} by something that is no realtime "
                  "process",
                  it.url.origin(), status),
      "this server block of nginx has no `location /socket.io`, or another bench's: bench setup "
      "nginx, and reload nginx");
}

Finding explain_upgrade(const Visit& visit, const Circumstances& it) {
  if (!visit.answer) return explain_error(*visit.error, it);
  return failed(fmt::format("polling works, but the upgrade to WebSocket is answered with {}: the "
                            "headers Upgrade and Connection do not arrive",
                            visit.answer->status),
                std::string(kLocation) + "; a CDN in front must have WebSockets switched on");
}

Finding explain_refusal(const std::string& message, const Circumstances& it) {
  const std::string what = fmt::format("CONNECT to /{} is refused: {}", it.site, message);
  if (message.starts_with("Invalid origin")) {
    return failed(
        what,
        "Origin and Host that arrive name different hosts: proxy_set_header Origin "
        "$scheme://$http_host; proxy_set_header Host $host; (frappe_docker: "
        "FRAPPE_SITE_NAME_HEADER changes the Origin too, leave it at $host); for pages of "
        "another domain name them in the site's allow_cors. Both values are in Crema's "
        "log");
  }
  if (message.starts_with("Invalid namespace")) {
    return failed(what,
                  fmt::format("what arrives does not name the site {}: proxy_set_header "
                              "X-Frappe-Site-Name {}; (without it the Host is taken for the site), "
                              "or name the site with --site",
                              it.site, it.site));
  }
  if (message.starts_with("Missing cookie") || message.starts_with("No authentication")) {
    return failed(what, "the Cookie header does not arrive: remove what strips it in the proxy");
  }
  if (message.starts_with("Unauthorized")) {
    return failed(what,
                  "the web process says no: see upstream above, and give a --sid that is "
                  "logged in");
  }
  return failed(what, "see Crema's log at this moment for the reason");
}

Finding explain_connect(const Visit& visit, const Circumstances& it) {
  if (!visit.message.empty()) return explain_refusal(visit.message, it);
  return failed(fmt::format("CONNECT to /{} gets no answer", it.site),
                "the web process does not answer Crema, which waits for it: see upstream above");
}

Finding explain_ping(const Circumstances& it) {
  return failed(
      fmt::format("/{} is connected, but `ping` is not answered: a dead socket, without a user",
                  it.site),
      "so ends a lost cookie or secret with Node's process (TLS that ends in front of nginx, a "
      "redirect, developer_mode behind https); is the process behind the proxy Crema?");
}

Finding explain_event(const Circumstances& it) {
  const std::string whose =
      it.user.empty() ? "a task's room" : fmt::format("the room of {}", it.user);
  return failed(
      fmt::format("connected and answered, but an event for {}, published on redis_queue, does not "
                  "arrive",
                  whose),
      "the process behind the proxy reads another Redis, or another bench's (compare its "
      "redis_queue and port), or takes the visitor for somebody else");
}

}  // namespace

Finding explain(const Visit& visit, const Circumstances& it) {
  switch (visit.stopped_at) {
    case Step::kPoll:
      return visit.answer ? explain_poll(*visit.answer, it) : explain_error(*visit.error, it);
    case Step::kUpgrade:
      return explain_upgrade(visit, it);
    case Step::kOpen:
      return failed("the WebSocket opens and then says nothing",
                    "something between drops its frames: switch off buffering and inspection of "
                    "WebSockets there");
    case Step::kConnect:
      return explain_connect(visit, it);
    case Step::kPing:
      return explain_ping(it);
    case Step::kEvent:
      return explain_event(it);
    case Step::kDone:
      break;
  }
  return {Verdict::kOk, kSubject,
          fmt::format("{}: polling, WebSocket, CONNECT to /{}, ping and an event for {}",
                      it.url.origin(), it.site, it.user.empty() ? "a task" : it.user)};
}

}  // namespace crema::doctor
