// Where the admin socket is, and that nobody else can have put it there.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/problem.h"
#include "crema/base/result.h"

#include <cstdint>
#include <string>

namespace crema::app {

// Whom the socket's directory has to belong to.
enum class SocketOwner : uint8_t {
  kThisUser,  // The demo's: anybody can make a folder in /tmp first.
  kBench,     // Whoever the bench belongs to; root may work in it.
};

struct AdminSocket {
  std::string path;
  SocketOwner owner;
};

// <bench>/config/crema.sock
[[nodiscard]] AdminSocket bench_admin_socket(const std::string& bench_directory);

// $XDG_RUNTIME_DIR/crema-demo.sock when that directory is the user's own, else
// /tmp/crema-<uid>/demo.sock.
[[nodiscard]] AdminSocket demo_admin_socket(const Environment& environment);

// Before listening: makes the socket's directory (0700) when it is missing, and checks it as below.
// Errors: a problem that names the directory.
[[nodiscard]] base::Result<void, Problem> prepare_socket_directory(const AdminSocket& socket);

// Before connecting or listening: the path fits a Unix socket's address, and its directory is no
// link, belongs to the owner, and cannot be written by everybody.
// Errors: a problem that names the directory.
[[nodiscard]] base::Result<void, Problem> check_socket_directory(const AdminSocket& socket);

}  // namespace crema::app
