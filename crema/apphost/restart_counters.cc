#include "crema/apphost/restart_counters.h"

#include "crema/apphost/config.h"
#include "crema/base/counter.h"

#include <map>
#include <memory>

namespace crema::apphost {
namespace {

// A label lives as long as the process: both are never freed.
struct Labelled {
  explicit Labelled(std::string text)
      : label(std::move(text)),
        counter("crema_host_restarts_total", label.c_str(),
                "Handler hosts that ended and were started again, by the app that ran.") {}
  const std::string label;
  const base::Counter counter;
};

std::string label_of(const std::string& app) {
  std::string label = "app=\"";
  for (const char c : app) {
    if (c == '"' || c == '\\') label.push_back('\\');
    label.push_back(c == '\n' ? ' ' : c);
  }
  return label + '"';
}

}  // namespace

void count_restart(const std::string& app) {
  static auto* counters = new std::map<std::string, std::unique_ptr<Labelled>>;
  const bool is_new = !counters->contains(app);
  const std::string name = is_new && counters->size() >= kCountedAppsMax ? "other" : app;
  auto& counter = (*counters)[name];
  if (!counter) counter = std::make_unique<Labelled>(label_of(name));
  counter->counter.add();
}

}  // namespace crema::apphost
