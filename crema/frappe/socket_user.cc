#include "crema/frappe/socket_user.h"

#include <utility>

namespace crema::frappe {
namespace {

base::ShortText joined(const Credential& credential, const UserInfo& info) {
  const std::string all = credential.key() + info.user + info.user_type;
  base::ShortText text(all.data(), all.size());
  text.shrink_to_fit();  // It grows in steps, and stays for long.
  return text;
}

}  // namespace

SocketUser::SocketUser(const Credential& credential, const UserInfo& info)
    : text_(joined(credential, info)),
      key_bytes_(static_cast<uint32_t>(text_.size() - info.user.size() - info.user_type.size())),
      user_bytes_(static_cast<uint32_t>(info.user.size())),
      dialect_(info.dialect) {
  if (info.apps) for_handlers_ = std::make_unique<ForHandlers>(ForHandlers{info.apps, nullptr});
}

SocketUser::SocketUser(const SocketUser& user, std::shared_ptr<const Arrival> arrival)
    : text_(user.text_),
      key_bytes_(user.key_bytes_),
      user_bytes_(user.user_bytes_),
      for_handlers_(std::make_unique<ForHandlers>(ForHandlers{
          user.for_handlers_ ? user.for_handlers_->apps : nullptr, std::move(arrival)})),
      dialect_(user.dialect_) {
  text_.shrink_to_fit();
}

}  // namespace crema::frappe
