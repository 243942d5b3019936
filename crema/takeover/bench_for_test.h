// A bench's start files in a temporary folder, for tests: as each generation of bench writes them.
// Written after frappe-realtime 10.1 and 10.2.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>

namespace crema::takeover {

inline constexpr std::string_view kProcfileNode =
    "redis_cache: redis-server config/redis_cache.conf\n"
    "redis_queue: redis-server config/redis_queue.conf\n"
    "\n"
    "web: bench serve  --port 8000\n"
    "\n"
    "socketio: /usr/bin/node apps/frappe/socketio.js\n"
    "\n"
    "watch: bench watch\n"
    "\n"
    "schedule: bench schedule\n"
    "worker: bench worker 1>> logs/worker.log 2>> logs/worker.error.log\n";

// bench from 5.31 on.
inline constexpr std::string_view kProcfileBench =
    "web: bench serve --port 8000\n"
    "socketio: bench socketio\n"
    "schedule: bench schedule\n";

inline constexpr std::string_view kSupervisorNode =
    "; Notes:\n"
    "; priority=1 --> Lower priorities indicate programs that start first\n"
    "\n"
    "[program:frappe-bench-frappe-web]\n"
    "command=/home/frappe/frappe-bench/env/bin/gunicorn -b 127.0.0.1:8000 -w 9 frappe.app:app\n"
    "priority=4\n"
    "autostart=true\n"
    "user=frappe\n"
    "directory=/home/frappe/frappe-bench/sites\n"
    "\n"
    "[program:frappe-bench-node-socketio]\n"
    "command=/usr/bin/node /home/frappe/frappe-bench/apps/frappe/socketio.js\n"
    "priority=4\n"
    "autostart=true\n"
    "autorestart=true\n"
    "stdout_logfile=/home/frappe/frappe-bench/logs/node-socketio.log\n"
    "stderr_logfile=/home/frappe/frappe-bench/logs/node-socketio.error.log\n"
    "user=frappe\n"
    "directory=/home/frappe/frappe-bench\n"
    "startretries=10\n"
    "\n"
    "[group:frappe-bench-web]\n"
    "programs=frappe-bench-frappe-web,frappe-bench-node-socketio\n";

inline constexpr std::string_view kSupervisorBench =
    "[program:frappe-bench-node-socketio]\n"
    "command=/usr/local/bin/bench socketio\n"
    "user=frappe\n"
    "directory=/home/frappe/frappe-bench\n";

// bench leaves the program out where it finds no node.
inline constexpr std::string_view kSupervisorWithout =
    "[program:frappe-bench-frappe-web]\n"
    "command=/home/frappe/frappe-bench/env/bin/gunicorn frappe.app:app\n";

inline constexpr std::string_view kUnitNode =
    "[Unit]\n"
    "Description=\"frappe-bench-node-socketio\"\n"
    "PartOf=frappe-bench-web.target\n"
    "\n"
    "[Service]\n"
    "User=frappe\n"
    "Group=frappe\n"
    "Restart=always\n"
    "ExecStart=/usr/bin/node /home/frappe/frappe-bench/apps/frappe/socketio.js\n"
    "StandardOutput=file:/home/frappe/frappe-bench/logs/node-socketio.log\n"
    "WorkingDirectory=/home/frappe/frappe-bench\n";

inline constexpr std::string_view kUnitWeb =
    "[Service]\n"
    "ExecStart=/home/frappe/frappe-bench/env/bin/gunicorn frappe.app:app\n";

inline constexpr const char* kUnitName = "config/systemd/frappe-bench-node-socketio.service";

class BenchForTest {
 public:
  BenchForTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "crema-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
    path_ = std::filesystem::canonical(pattern).string();
  }
  ~BenchForTest() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  BenchForTest(const BenchForTest&) = delete;
  BenchForTest& operator=(const BenchForTest&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(path(name)));
  }

 private:
  std::string path_;
};

}  // namespace crema::takeover
