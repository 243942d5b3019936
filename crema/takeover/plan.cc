#include "crema/takeover/plan.h"

#include "crema/takeover/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace crema::takeover {
namespace {

constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+@:,=";
constexpr std::string_view kUnquotable = "\"'\\$`;";

Text quoted(Format format, const std::string& path) {
  const bool is_control = std::ranges::any_of(
      path, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (is_control || path.find_first_of(kUnquotable) != std::string::npos) {
    return base::fail(path +
                      ": a path with quotes, $, ; or control characters in it cannot be "
                      "written into these files");
  }
  std::string text;
  for (const char c : path) {
    text += c;
    if (c == '%' && format != Format::kProcfile) text += '%';
  }
  if (text.find_first_not_of(kPlain) == std::string::npos) return text;
  return '"' + text + '"';
}

// What `file` becomes, or nothing when it stays.
void plan_file(Plan& plan, const StartFile& file, const std::string& command) {
  switch (file.state) {
    case State::kUnreadable:
    case State::kSeveral:
      plan.problems.push_back(describe(file));
      return;
    case State::kNothing:
      plan.notes.push_back(describe(file));
      return;
    case State::kByHand:
      plan.notes.push_back(describe(file) + "; left as it is");
      return;
    case State::kInstalled:
    case State::kEdited:
      if (file.place->command == command) {
        plan.notes.push_back(describe(file) + "; nothing to do");
      } else {
        plan.changes.push_back({file, with_command(file.text, *file.place, command)});
      }
      return;
    case State::kOriginal:
    case State::kOverwritten:
      plan.changes.push_back(
          {file, with_command(file.text, *file.place, command), Backup::kWritten});
      return;
  }
}

void plan_return(Plan& plan, const StartFile& file) {
  switch (file.state) {
    case State::kUnreadable:
      plan.problems.push_back(describe(file));
      return;
    case State::kInstalled:
      plan.changes.push_back({file, *file.original, Backup::kRemoved});
      return;
    case State::kEdited: {
      const Place& before = *file.original_place;
      plan.changes.push_back(
          {file,
           with_command(file.text, *file.place, file.original->substr(before.begin, before.size)),
           Backup::kRemoved});
      plan.notes.push_back(file.name + ": edited since; only the command is put back");
      return;
    }
    case State::kByHand:
      plan.problems.push_back(describe(file) + ", so bench has to write it: " +
                              (file.format == Format::kProcfile     ? "bench setup procfile"
                               : file.format == Format::kSupervisor ? "bench setup supervisor"
                                                                    : "bench setup systemd"));
      return;
    case State::kOverwritten:
    case State::kNothing:
    case State::kSeveral:
      plan.notes.push_back(describe(file));
      if (file.original) plan.changes.push_back({file, file.text, Backup::kRemoved});
      return;
    case State::kOriginal:
      plan.notes.push_back(describe(file) + "; nothing to do");
      return;
  }
}

Done carry_out(const Change& change) {
  const StartFile& file = change.file;
  if (change.backup == Backup::kWritten) {
    if (auto kept = replace_file(file.backup_path(), file.text, file.path); !kept) return kept;
  }
  if (change.after != file.text) {
    if (auto written = replace_file(file.path, change.after, file.path); !written) return written;
  }
  if (change.backup == Backup::kRemoved && exists(file.backup_path())) {
    return remove_file(file.backup_path());
  }
  return {};
}

// As far as it goes: the error that led here is what the person has to hear.
void take_back(const Change& change) {
  const StartFile& file = change.file;
  if (change.after != file.text) (void)replace_file(file.path, file.text, file.path);
  if (file.original) {
    (void)replace_file(file.backup_path(), *file.original, file.path);
  } else if (exists(file.backup_path())) {
    (void)remove_file(file.backup_path());
  }
}

}  // namespace

Text crema_command(Format format, const std::string& binary, const std::string& bench) {
  auto program = quoted(format, binary);
  if (!program) return program;
  auto directory = quoted(format, bench);
  if (!directory) return directory;
  return *program + " serve --bench " + *directory;
}

Plan plan_install(const std::vector<StartFile>& files, const std::string& binary,
                  const std::string& bench) {
  Plan plan;
  for (const StartFile& file : files) {
    const auto command = crema_command(file.format, binary, bench);
    if (!command) {
      plan.problems.push_back(command.error());
      return plan;
    }
    plan_file(plan, file, *command);
  }
  return plan;
}

Plan plan_uninstall(const std::vector<StartFile>& files) {
  Plan plan;
  for (const StartFile& file : files) plan_return(plan, file);
  return plan;
}

std::string difference(const Plan& plan) {
  std::string text;
  for (const Change& change : plan.changes) {
    text += unified_diff(change.file.name, change.file.text, change.after);
  }
  return text;
}

Done carry_out(const Plan& plan) {
  for (size_t i = 0; i < plan.changes.size(); ++i) {
    auto done = carry_out(plan.changes[i]);
    if (done) continue;
    for (size_t back = i + 1; back-- > 0;) take_back(plan.changes[back]);
    return done;
  }
  return {};
}

std::vector<std::string> next_steps(const Plan& plan) {
  std::vector<std::string> steps;
  for (const Change& change : plan.changes) {
    if (change.after == change.file.text) continue;
    switch (change.file.format) {
      case Format::kProcfile:
        steps.emplace_back("Procfile: stop bench start (Ctrl-C) and start it again");
        break;
      case Format::kSupervisor:
        steps.emplace_back(
            "supervisor: sudo supervisorctl reread && sudo supervisorctl update   (restarts the "
            "program's whole group, web processes included)");
        break;
      case Format::kSystemd:
        steps.push_back(
            fmt::format("systemd: sudo systemctl daemon-reload && sudo systemctl restart {}",
                        std::filesystem::path(change.file.name).filename().string()));
        break;
    }
  }
  return steps;
}

}  // namespace crema::takeover
