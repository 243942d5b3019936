#include "crema/takeover/survey.h"

#include "crema/takeover/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace crema::takeover {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnits = "config/systemd";

bool is_crema(const Place& place) { return place.starter == Starter::kCrema; }

const Place* find_program(const std::vector<Place>& places, const std::string& program) {
  const auto found = std::ranges::find(places, program, &Place::program);
  return found == places.end() ? nullptr : &*found;
}

void judge_crema(StartFile& file, const std::vector<Place>& places) {
  const Place* place = file.original_place ? find_program(places, file.original_place->program)
                                           : (places.empty() ? nullptr : &places.front());
  if (!place) {
    file.state = State::kNothing;
    return;
  }
  file.place = *place;
  if (!file.original_place) {
    file.state = State::kByHand;
    return;
  }
  const std::string as_installed = with_command(*file.original, *file.original_place,
                                                file.text.substr(place->begin, place->size));
  file.state = as_installed == file.text ? State::kInstalled : State::kEdited;
}

// What is kept must itself start another realtime process, or it is of no use.
void read_original(StartFile& file) {
  if (!exists(file.backup_path())) return;
  auto original = read_file(file.backup_path());
  if (!original) return;
  for (Place& place : find_places(file.format, *original)) {
    if (is_crema(place)) continue;
    file.original_place = std::move(place);
    file.original = std::move(*original);
    return;
  }
}

void judge(StartFile& file) {
  auto places = find_places(file.format, file.text);
  // Where Crema was put, other programs of the file do not matter.
  if (file.original_place) {
    const Place* switched = find_program(places, file.original_place->program);
    if (switched && is_crema(*switched)) return judge_crema(file, places);
  }
  const auto others = std::ranges::count_if(places, [](const Place& p) { return !is_crema(p); });
  if (others > 1) {
    file.state = State::kSeveral;
    return;
  }
  if (others == 0) return judge_crema(file, places);
  file.place = *std::ranges::find_if(places, [](const Place& p) { return !is_crema(p); });
  file.state = file.original ? State::kOverwritten : State::kOriginal;
}

StartFile look_at(const std::string& bench, Format format, const std::string& name) {
  StartFile file{.format = format, .name = name, .path = bench + "/" + name};
  const auto fail = [&file](const std::string& problem) {
    file.state = State::kUnreadable;
    file.problem = problem;
    return file;
  };
  const auto path = real_path(file.path);
  if (!path) return fail(path.error());
  file.path = *path;
  auto text = read_file(file.path);
  if (!text) return fail(text.error());
  file.text = std::move(*text);
  read_original(file);
  judge(file);
  return file;
}

std::vector<std::string> unit_names(const std::string& bench) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(fs::path(bench) / kUnits, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".service") names.push_back(entry->path().filename());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::string StartFile::backup_path() const { return path + ".before-crema"; }

std::vector<StartFile> survey(const std::string& bench) {
  std::vector<StartFile> files;
  const auto look = [&](Format format, const std::string& name) {
    if (exists(bench + "/" + name)) files.push_back(look_at(bench, format, name));
  };
  look(Format::kProcfile, "Procfile");
  look(Format::kSupervisor, "config/supervisor.conf");
  for (const std::string& unit : unit_names(bench)) {
    look(Format::kSystemd, std::string(kUnits) + "/" + unit);
    // The other units of a bench are none of this.
    if (files.back().state == State::kNothing && !files.back().original) files.pop_back();
  }
  return files;
}

std::string describe(const StartFile& file) {
  if (file.state == State::kUnreadable) return file.problem;
  if (file.state == State::kNothing) return file.name + ": starts no realtime process";
  if (file.state == State::kSeveral) {
    return file.name +
           ": starts more than one realtime process; which one to replace is for you "
           "to say, by editing it";
  }
  const std::string line = fmt::format("{}:{}: {}, by `{}`", file.name, file.place->line,
                                       to_string(file.place->starter), file.place->command);
  switch (file.state) {
    case State::kOverwritten:
      return line + "; Crema was installed here, and bench setup has written the file anew since";
    case State::kInstalled:
      return line + "; what was there is in " + fs::path(file.backup_path()).filename().string();
    case State::kEdited:
      return line + "; edited since Crema was installed";
    case State::kByHand:
      return line + "; written by hand: nothing is kept of what was there before";
    default:
      return line;
  }
}

}  // namespace crema::takeover
