#include "crema/cli/publish_target.h"

#include "crema/publish/room_names.h"

#include <CLI/CLI.hpp>

#include <array>
#include <utility>

namespace crema::cli {
namespace {

constexpr const char* kChoices =
    "--user USER, --doctype DOCTYPE [--docname NAME], --task ID, --room ROOM, --website (everybody "
    "on the site) or --all (its System Users)";

int count_targets(const TargetFlags& flags) {
  return static_cast<int>(flags.user.has_value()) + static_cast<int>(flags.doctype.has_value()) +
         static_cast<int>(flags.task.has_value()) + static_cast<int>(flags.room.has_value()) +
         static_cast<int>(flags.website) + static_cast<int>(flags.all);
}

const char* empty_flag(const TargetFlags& flags) {
  using Named = std::pair<const char*, const std::optional<std::string>&>;
  const std::array<Named, 5> named = {
      Named{"--user", flags.user}, Named{"--doctype", flags.doctype},
      Named{"--docname", flags.docname}, Named{"--task", flags.task}, Named{"--room", flags.room}};
  for (const auto& [name, value] : named) {
    if (value && value->empty()) return name;
  }
  return nullptr;
}

void add_target_options(CLI::App& command, TargetFlags& target) {
  const auto option = [&command](const char* name, std::optional<std::string>& value,
                                 const char* help, const char* text) {
    command.add_option(name, value, help)->option_text(text)->group("To whom (exactly one)");
  };
  option("--user", target.user, "One user's sockets", "USER");
  option("--doctype", target.doctype, "Who subscribed to the doctype", "DOCTYPE");
  option("--docname", target.docname, "With --doctype: who subscribed to the document", "NAME");
  option("--task", target.task, "Who subscribed to the background task", "ID");
  option("--room", target.room, "A room by its name", "ROOM");
  const auto flag = [&command](const char* name, bool& value, const char* help) {
    command.add_flag(name, value, help)->group("To whom (exactly one)");
  };
  flag("--website", target.website, "Everybody on the site, Guest included");
  flag("--all", target.all, "Every System User of the site");
}

}  // namespace

base::Result<std::string, std::string> room_of(const TargetFlags& flags) {
  if (const char* name = empty_flag(flags)) return base::fail(std::string(name) + " is empty");
  if (flags.docname && !flags.doctype) {
    return base::fail(std::string("--docname needs --doctype"));
  }
  const int targets = count_targets(flags);
  if (targets == 0) return base::fail(std::string("say to whom: ") + kChoices);
  if (targets > 1) return base::fail(std::string("say to whom only once: ") + kChoices);
  if (flags.user) return publish::user_room(*flags.user);
  if (flags.docname) return publish::doc_room(*flags.doctype, *flags.docname);
  if (flags.doctype) return publish::doctype_room(*flags.doctype);
  if (flags.task) return publish::task_room(*flags.task);
  if (flags.room) return *flags.room;
  return std::string(flags.website ? publish::kWebsiteRoom : publish::kAllRoom);
}

void add_addressee_options(CLI::App& command, Addressee& to) {
  add_bench_option(command, to.bench);
  command.add_option("--site", to.site, "The site, when there are several")->option_text("SITE");
  add_target_options(command, to.target);
}

base::Result<app::PublishOptions, std::string> order_to(const Addressee& to,
                                                        const Context& context) {
  auto room = room_of(to.target);
  if (!room) return base::fail(std::move(room.error()));
  return app::PublishOptions{.bench = context.bench_query(to.bench),
                             .site = to.site,
                             .room = std::move(*room),
                             .task_id = to.target.task.value_or(""),
                             .event = {},
                             .message = {}};
}

}  // namespace crema::cli
