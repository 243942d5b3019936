#include "crema/app/admin_socket.h"

#include "crema/app/config_readers.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace crema::app {
namespace {

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// Of the directory itself: a symbolic link that another user planted is not followed.
std::optional<struct stat> directory_status(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return {};
  return status;
}

base::Result<void, Problem> refuse(const std::string& where, std::string what, std::string cure) {
  return base::fail(Problem{.where = where, .what = std::move(what), .cure = std::move(cure)});
}

}  // namespace

AdminSocket bench_admin_socket(const std::string& bench_directory) {
  return {bench_directory + "/config/crema.sock", SocketOwner::kBench};
}

AdminSocket demo_admin_socket(const Environment& environment) {
  const std::string runtime(get(environment, "XDG_RUNTIME_DIR"));
  if (runtime.starts_with('/')) {
    const auto status = directory_status(runtime);
    if (status && status->st_uid == geteuid()) {
      return {runtime + "/crema-demo.sock", SocketOwner::kThisUser};
    }
  }
  return {"/tmp/crema-" + std::to_string(geteuid()) + "/demo.sock", SocketOwner::kThisUser};
}

base::Result<void, Problem> prepare_socket_directory(const AdminSocket& socket) {
  const std::string directory = directory_of(socket.path);
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return refuse(directory, std::string("cannot be made: ") + std::strerror(errno),
                  "make it, writable for this user");
  }
  return check_socket_directory(socket);
}

base::Result<void, Problem> check_socket_directory(const AdminSocket& socket) {
  if (socket.path.size() > kSocketPathBytesMax) {
    return refuse(socket.path, "is longer than the 107 bytes that a Unix socket's path can have",
                  "reach the bench by a shorter path");
  }
  const std::string directory = directory_of(socket.path);
  const auto status = directory_status(directory);
  if (!status) return refuse(directory, "is not a directory", "make it, for this user alone");
  if (socket.owner == SocketOwner::kThisUser && status->st_uid != geteuid()) {
    return refuse(directory, "belongs to another user", "remove it, or run as that user");
  }
  if ((status->st_mode & S_IWOTH) != 0) {
    return refuse(directory, "can be written by everybody", "run chmod o-w " + directory);
  }
  return {};
}

}  // namespace crema::app
