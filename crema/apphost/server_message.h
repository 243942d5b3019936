// What the server tells a host, as whole frames. Source: docs/protocol/apphost.md, "From the
// server".
#pragma once

#include "crema/apphost/app_files.h"
#include "crema/apphost/config.h"
#include "crema/frappe/socket_user.h"
#include "crema/json/slice.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema::apphost {

// Builds a frame's head, member by member, in their order.
class Head {
 public:
  explicit Head(std::string_view type);
  // `value` is UTF-8.
  Head& text(std::string_view key, std::string_view value);
  Head& number(std::string_view key, uint64_t value);
  Head& flag(std::string_view key, bool value);
  Head& texts(std::string_view key, std::span<const std::string> values);
  Head& numbers(std::string_view key, std::span<const size_t> values);
  // `value` is JSON.
  Head& raw(std::string_view key, std::string_view value);
  // `values`, joined by commas, are JSON.
  Head& array(std::string_view key, std::span<const json::Slice> values);
  [[nodiscard]] std::string frame(std::span<const std::string> attachments = {}) const;

 private:
  void key(std::string_view name);
  template <class T, class F>
  Head& list(std::string_view name, std::span<const T> values, const F& append);

  std::string text_;
};

[[nodiscard]] std::string hello_frame(const Config& config, Language language,
                                      std::span<const AppFile> apps);

struct OpenSocket {
  std::string_view site;
  std::string_view socket;
  const frappe::SocketUser& user;
  std::span<const std::string> rooms;
  bool again;
};
[[nodiscard]] std::string open_frame(const OpenSocket& open);

}  // namespace crema::apphost
