// The admin endpoints on a listener and a thread of their own: they answer when the server's loop
// is stuck, and say so.
#pragma once

#include "crema/app/admin.h"
#include "crema/server/server.h"

#include <memory>
#include <string>
#include <thread>

namespace crema::app {

// Started at construction's end by `start`, stopped by the destructor.
class AdminServer {
 public:
  // Borrows `admin` for life.
  AdminServer(const Admin& admin, AdminAccess access);
  ~AdminServer();

  // One of the two, once. Errors: what the operator is told.
  [[nodiscard]] base::Result<std::string, net::ListenError> listen_unix(const std::string& path);
  [[nodiscard]] base::Result<std::string, net::ListenError> listen_tcp(const std::string& host,
                                                                       uint16_t port);
  void start();

 private:
  server::Server server_;
  std::thread thread_;
};

}  // namespace crema::app
