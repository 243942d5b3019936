#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::floor {

// What the floor takes from a published envelope: nothing is parsed, only found.
struct Publication {
  std::string_view name_space;
  std::string_view room;
  std::string_view event;
  // White space included.
  std::string_view message;
};

// A subscription to `events`, without any check of what Redis says.
class RedisFeed {
 public:
  // Connects to 127.0.0.1 and waits until subscribed; nothing if that fails.
  static std::optional<RedisFeed> subscribe(std::uint16_t port);

  [[nodiscard]] int descriptor() const { return descriptor_; }

  // Reads what is there; false when Redis is gone.
  bool read();
  // The next whole publication; borrows the feed until the next read().
  std::optional<Publication> next();

 private:
  explicit RedisFeed(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::string buffer_;
  std::size_t consumed_ = 0;
};

}  // namespace crema::floor
