#include "crema/takeover/place.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace crema::takeover {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The lines of a text with their places; views into it, without line ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  // False at the end of the text.
  bool next() {
    if (position_ >= text_.size()) return false;
    const size_t end = std::min(text_.find('\n', position_), text_.size());
    line_ = text_.substr(position_, end - position_);
    position_ = end + 1;
    ++number_;
    return true;
  }
  // The line after the current one, or an empty one.
  [[nodiscard]] std::string_view peek() const {
    return Lines(*this).next() ? Lines(*this).advanced().line_ : std::string_view{};
  }
  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] size_t number() const { return number_; }
  [[nodiscard]] size_t offset_of(std::string_view part) const {
    return static_cast<size_t>(part.data() - text_.data());
  }

 private:
  [[nodiscard]] Lines advanced() const {
    Lines copy(*this);
    copy.next();
    return copy;
  }

  std::string_view text_;
  std::string_view line_;
  size_t position_ = 0;
  size_t number_ = 0;
};

struct Pair {
  std::string_view key;
  std::string_view value;
};

// `key SEPARATOR value`; an empty key when the line is none.
Pair split_pair(std::string_view line, std::string_view separators) {
  const size_t at = line.find_first_of(separators);
  if (at == std::string_view::npos) return {};
  return {trimmed(line.substr(0, at)), trimmed(line.substr(at + 1))};
}

bool is_comment(std::string_view line, std::string_view signs) {
  return !line.empty() && signs.find(line.front()) != std::string_view::npos;
}

// A comment behind a value of supervisor's begins with a semicolon after white space.
std::string_view without_comment(std::string_view value) {
  for (size_t i = 1; i < value.size(); ++i) {
    if (value[i] == ';' && is_blank(value[i - 1])) return trimmed(value.substr(0, i));
  }
  return value;
}

class Finder {
 public:
  Finder(Format format, std::string_view text) : format_(format), lines_(text) {}

  std::vector<Place> run() {
    while (lines_.next()) {
      const std::string_view line = trimmed(lines_.line());
      if (line.empty() || is_comment(line, "#;")) continue;
      if (format_ == Format::kProcfile) {
        read_procfile(line);
      } else {
        read_ini(line);
      }
    }
    return std::move(places_);
  }

 private:
  void read_procfile(std::string_view line) {
    const Pair pair = split_pair(line, ":");
    if (!pair.key.empty()) keep(std::string(pair.key), pair.value);
  }

  void read_ini(std::string_view line) {
    if (line.front() == '[') {
      section_ = line.substr(1, line.find(']') - 1);
      return;
    }
    const bool is_supervisor = format_ == Format::kSupervisor;
    const Pair pair = split_pair(line, is_supervisor ? "=:" : "=");
    constexpr std::string_view kProgram = "program:";
    if (is_supervisor && pair.key == "command" && section_.starts_with(kProgram)) {
      keep(std::string(trimmed(section_.substr(kProgram.size()))), without_comment(pair.value));
    } else if (!is_supervisor && pair.key == "ExecStart" && section_ == "Service") {
      keep("", pair.value);
    }
  }

  // The value and the lines on which it goes on: indented ones in supervisor's files, those after
  // a backslash in systemd's.
  void keep(std::string program, std::string_view value) {
    Place place{.program = std::move(program),
                .command = std::string(value),
                .begin = lines_.offset_of(value),
                .size = value.size(),
                .line = lines_.number()};
    while (goes_on(place.command)) {
      if (place.command.ends_with('\\')) place.command.pop_back();
      lines_.next();
      std::string_view more = trimmed(lines_.line());
      if (format_ == Format::kSupervisor) more = without_comment(more);
      place.command.append(place.command.empty() ? "" : " ").append(more);
      place.size = lines_.offset_of(more) + more.size() - place.begin;
    }
    const auto starter = starter_of(place.command);
    if (!starter) return;
    place.starter = *starter;
    places_.push_back(std::move(place));
  }

  [[nodiscard]] bool goes_on(std::string_view command) const {
    const std::string_view next = lines_.peek();
    if (format_ == Format::kSystemd) return command.ends_with('\\') && !trimmed(next).empty();
    if (format_ == Format::kProcfile || next.empty() || !is_blank(next.front())) return false;
    const std::string_view text = trimmed(next);
    return !text.empty() && !is_comment(text, "#;[") && split_pair(text, "=").key.empty();
  }

  const Format format_;
  Lines lines_;
  std::string_view section_;
  std::vector<Place> places_;
};

}  // namespace

std::vector<Place> find_places(Format format, std::string_view text) {
  return Finder(format, text).run();
}

std::string with_command(std::string_view text, const Place& place, std::string_view command) {
  std::string result(text.substr(0, place.begin));
  return result.append(command).append(text.substr(place.begin + place.size));
}

}  // namespace crema::takeover
