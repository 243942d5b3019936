#include "crema/app/admin_server.h"

namespace crema::app {
namespace {

// Nothing but HTTP is spoken there.
class NoApplication final : public socketio::Application {
  bool has_namespace(std::string_view) override { return false; }
  void on_connect(const socketio::ConnectRequest&) override {}
  void on_connect_abandoned(socketio::ConnectTicket) override {}
  void on_connected(socketio::Socket&) override {}
  void on_event(socketio::Socket&, const socketio::Event&) override {}
  void on_disconnected(socketio::Socket&, std::string_view) override {}
};

server::Config http_only(const Admin& admin, AdminAccess access) {
  server::Config config;
  config.transport.path.clear();
  config.on_http = [&admin, access](const http::Request& request) {
    return admin.handle(request, access);
  };
  return config;
}

}  // namespace

AdminServer::AdminServer(const Admin& admin, AdminAccess access)
    : server_(http_only(admin, access),
              [](server::Shard&) { return std::make_unique<NoApplication>(); }) {}

AdminServer::~AdminServer() {
  server_.stop();
  if (thread_.joinable()) thread_.join();
}

base::Result<std::string, net::ListenError> AdminServer::listen_unix(const std::string& path) {
  constexpr unsigned kOwnerOnly = 0600;
  return server_.listen_unix(path, kOwnerOnly);
}

base::Result<std::string, net::ListenError> AdminServer::listen_tcp(const std::string& host,
                                                                    uint16_t port) {
  return server_.listen_tcp(host, port);
}

void AdminServer::start() {
  thread_ = std::thread([this] { server_.run(); });
}

}  // namespace crema::app
