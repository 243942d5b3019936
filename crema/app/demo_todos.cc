#include "crema/app/demo_todos.h"

#include "crema/json/slice.h"
#include "crema/json/value.h"

#include <algorithm>

namespace crema::app {

std::string DemoTodos::json() const {
  std::string out;
  for (const Todo& todo : todos_) {
    out.append(out.empty() ? "[" : ",").append("{\"name\":");
    json::append_quoted(out, todo.name);
    out += ",\"text\":";
    json::append_quoted(out, todo.text);
    out.append(",\"done\":").append(todo.done ? "true}" : "false}");
  }
  return out + ']';
}

base::Result<void, std::string> DemoTodos::change(std::string_view name, std::string_view body) {
  const auto todo = std::ranges::find(todos_, name, &Todo::name);
  if (todo == todos_.end()) return base::fail(std::string("there is no such ToDo"));
  const auto parsed = json::parse(body, 8 * kTextBytesMax);
  const json::Object* change = parsed ? parsed->if_object() : nullptr;
  if (!change) return base::fail(std::string("the change is not a JSON object"));
  const json::Value* text = change->if_contains("text");
  const json::Value* done = change->if_contains("done");
  if (text && !text->is_string()) return base::fail(std::string("text must be a string"));
  if (text && text->get_string().size() > kTextBytesMax) {
    return base::fail(std::string("the text is too long"));
  }
  if (done && !done->is_bool()) return base::fail(std::string("done must be true or false"));
  if (text) todo->text = text->get_string();
  if (done) todo->done = done->get_bool();
  return {};
}

}  // namespace crema::app
