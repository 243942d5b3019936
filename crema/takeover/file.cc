#include "crema/takeover/file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace crema::takeover {
namespace {

namespace fs = std::filesystem;

std::string because(const std::string& path, const char* what, int error) {
  std::string text = path + " cannot be " + what + ": " + std::strerror(error);
  if (error == EACCES || error == EPERM) {
    text += "; run this as the user whom it belongs to, or with sudo";
  }
  return text;
}

// A new file beside `path`, removed unless it is renamed.
class Draft {
 public:
  explicit Draft(const std::string& path) : path_(path + ".crema-XXXXXX") {
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
  }
  ~Draft() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!renamed_) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  [[nodiscard]] bool fill(std::string_view text, const struct stat& like) const {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0) return false;
      text.remove_prefix(static_cast<size_t>(written));
    }
    // Only root can give a file away; for anybody else it stays theirs, as the old one was.
    const int owned = ::fchown(descriptor_, like.st_uid, like.st_gid);
    if (owned != 0 && errno != EPERM) return false;
    return ::fchmod(descriptor_, like.st_mode & 07777) == 0 && ::fsync(descriptor_) == 0;
  }

  [[nodiscard]] bool become(const std::string& path) {
    renamed_ = ::rename(path_.c_str(), path.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

}  // namespace

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

Text real_path(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return base::fail(path + " leads nowhere: " + error.message());
  return real.string();
}

Text read_file(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return base::fail(because(path, "read", error.value()));
  if (size > kFileBytesMax) return base::fail(path + " is too large to be what it should be");
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail(because(path, "read", errno));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Done replace_file(const std::string& path, std::string_view text, const std::string& like) {
  struct stat status {};
  if (::stat(like.c_str(), &status) != 0) return base::fail(because(like, "read", errno));
  // Its folder may let the owner put another file in its place even where the file is read-only:
  // that was meant to say no.
  if (exists(path) && ::access(path.c_str(), W_OK) != 0) {
    return base::fail(because(path, "written", errno));
  }
  Draft draft(path);
  if (!draft.is_open() || !draft.fill(text, status) || !draft.become(path)) {
    return base::fail(because(path, "written", errno));
  }
  return {};
}

Done remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return base::fail(because(path, "removed", errno));
  return {};
}

}  // namespace crema::takeover
