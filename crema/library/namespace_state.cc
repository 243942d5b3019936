#include "crema/library/namespace_state.h"

#include <utility>

namespace crema::library {

NamespaceState::NamespaceState(std::string name, std::weak_ptr<Core> core)
    : name_(std::move(name)), core_(std::move(core)) {}

void NamespaceState::add(std::string_view name, Handler handler) {
  NamedHandler added{std::string(name), std::make_shared<const Handler>(std::move(handler))};
  const std::lock_guard lock(mutex_);
  auto changed = std::make_shared<std::vector<NamedHandler>>(*handlers_);
  changed->push_back(std::move(added));
  handlers_ = std::move(changed);
}

void NamespaceState::add(Middleware middleware) {
  const std::lock_guard lock(mutex_);
  auto changed = std::make_shared<std::vector<Middleware>>(*middlewares_);
  changed->push_back(std::move(middleware));
  middlewares_ = std::move(changed);
}

NamespaceState::Handlers NamespaceState::handlers() const {
  const std::lock_guard lock(mutex_);
  return handlers_;
}

NamespaceState::Middlewares NamespaceState::middlewares() const {
  const std::lock_guard lock(mutex_);
  return middlewares_;
}

void NamespaceState::inherit(const NamespaceState& from) {
  Handlers handlers = from.handlers();
  Middlewares middlewares = from.middlewares();
  const std::lock_guard lock(mutex_);
  handlers_ = std::move(handlers);
  middlewares_ = std::move(middlewares);
}

void NamespaceState::add_child(const std::shared_ptr<NamespaceState>& child) {
  const std::lock_guard lock(mutex_);
  std::erase_if(children_, [](const auto& each) { return each.expired(); });
  children_.push_back(child);
}

std::vector<std::shared_ptr<NamespaceState>> NamespaceState::children() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<NamespaceState>> living;
  for (const auto& each : children_) {
    if (auto child = each.lock()) living.push_back(std::move(child));
  }
  return living;
}

}  // namespace crema::library
