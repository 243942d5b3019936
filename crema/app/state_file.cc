#include "crema/app/state_file.h"

#include "crema/base/clock.h"
#include "crema/base/log.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace crema::app {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

 private:
  const int fd_;
};

void complain(const std::string& path, std::string_view what) {
  log::warn("the rooms of sessions are not kept over the restart",
            {{"file", path}, {"reason", what}});
}

void complain_of_errno(const std::string& path) { complain(path, std::strerror(errno)); }

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::chrono::sys_seconds wall_now() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

// Who may write the file decides who is let into rooms, within what the web process allows.
bool is_our_own(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// The file's text; nothing, with a complaint unless there is no file.
std::optional<std::string> read_and_remove(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) {
    if (errno != ENOENT) complain_of_errno(path);
    return std::nullopt;
  }
  (void)::unlink(path.c_str());
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !is_our_own(status)) {
    complain(path, "it is no file that only this user can write");
    return std::nullopt;
  }
  if (static_cast<uint64_t>(status.st_size) > frappe::kSavedBytesMax) {
    complain(path, "it is too large");
    return std::nullopt;
  }
  std::string text(static_cast<size_t>(status.st_size), '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::string state_path(const std::string& bench_directory) {
  return bench_directory + "/config/crema-state";
}

void write_state(const std::string& path, const std::vector<frappe::SavedSession>& sessions) {
  if (sessions.empty()) return;
  const std::string beside = path + ".new";
  (void)::unlink(beside.c_str());
  {
    constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
    const Descriptor file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kOwnerOnly));
    if (!file || !write_all(file.get(), frappe::encode_saved(sessions, wall_now()))) {
      complain_of_errno(path);
      (void)::unlink(beside.c_str());
      return;
    }
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) return complain_of_errno(path);
  log::info("the rooms of sessions are kept for the next process",
            {{"file", path}, {"sessions", sessions.size()}});
}

std::unique_ptr<frappe::SavedRooms> take_state(const std::string& path,
                                               std::chrono::milliseconds window) {
  const auto text = read_and_remove(path);
  if (!text) return nullptr;
  auto decoded = frappe::decode_saved(*text);
  if (!decoded) {
    complain(path, decoded.error());
    return nullptr;
  }
  const auto age = wall_now() - decoded->saved_at;
  if (age < std::chrono::seconds(0) || age > window) {
    complain(path, "it is too old");
    return nullptr;
  }
  log::info("the rooms of sessions of the process before wait for their clients",
            {{"sessions", decoded->sessions.size()}});
  return std::make_unique<frappe::SavedRooms>(
      std::move(decoded->sessions),
      base::steady_now() + std::chrono::duration_cast<base::Duration>(window));
}

}  // namespace crema::app
