#include "crema/takeover/starter.h"

#include <algorithm>
#include <vector>

namespace crema::takeover {
namespace {

// Split at white space; quotes around a word are dropped, those within are nobody's here.
std::vector<std::string_view> words_of(std::string_view command) {
  constexpr std::string_view kBetween = " \t\r\n\"'\\";
  std::vector<std::string_view> words;
  while (true) {
    const size_t begin = command.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return words;
    command.remove_prefix(begin);
    const size_t end = std::min(command.find_first_of(kBetween), command.size());
    words.push_back(command.substr(0, end));
    command.remove_prefix(end);
  }
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::optional<Starter> starter_of(std::string_view command) {
  const std::vector<std::string_view> words = words_of(command);
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view next = i + 1 < words.size() ? words[i + 1] : "";
    const std::string_view name = last_part(words[i]);
    if (name == "socketio.js") return Starter::kNode;
    if (words[i] == "frappe.realtime.server") return Starter::kPython;
    if (name == "bench" && next == "socketio") return Starter::kBenchSocketio;
    if (name == "crema" && (next == "serve" || next.empty() || next.starts_with('-'))) {
      return Starter::kCrema;
    }
  }
  return std::nullopt;
}

std::string_view to_string(Starter starter) {
  switch (starter) {
    case Starter::kNode:
      return "node";
    case Starter::kBenchSocketio:
      return "bench socketio";
    case Starter::kPython:
      return "python";
    case Starter::kCrema:
      return "crema";
  }
  return "";
}

}  // namespace crema::takeover
