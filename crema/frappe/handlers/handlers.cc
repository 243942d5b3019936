#include "crema/frappe/handlers/handlers.h"

#include "crema/json/slice.h"

#include <algorithm>
#include <array>
#include <utility>

namespace crema::frappe::handlers {
namespace {

using Entry = std::pair<std::string_view, Handler>;

constexpr std::array kHandlers = {
    Entry{"ping", ping},
    Entry{"doctype_subscribe", doctype_subscribe},
    Entry{"doctype_unsubscribe", doctype_unsubscribe},
    Entry{"doc_subscribe", doc_subscribe},
    Entry{"doc_unsubscribe", doc_unsubscribe},
    Entry{"task_subscribe", task_subscribe},
    Entry{"progress_subscribe", task_subscribe},
    Entry{"task_unsubscribe", task_unsubscribe},
    Entry{"doc_open", doc_open},
    Entry{"doc_close", doc_close},
    Entry{"open_in_editor", open_in_editor},
};

}  // namespace

Handler find(std::string_view event) {
  const auto found = std::ranges::find(kHandlers, event, &Entry::first);
  return found == kHandlers.end() ? nullptr : found->second;
}

std::string text_argument(const socketio::Event& event, size_t index) {
  if (index >= event.args.size()) return {};
  const json::Slice value = event.args[index];
  if (auto text = json::string_value(value)) return std::move(*text);
  return json::number_value(value) ? std::string(value) : std::string();
}

}  // namespace crema::frappe::handlers
