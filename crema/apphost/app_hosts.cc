#include "crema/apphost/app_hosts.h"

#include "crema/apphost/counters.h"
#include "crema/apphost/restart_counters.h"
#include "crema/apphost/server_message.h"
#include "crema/base/log.h"
#include "crema/frappe/run_on.h"

#include <algorithm>

namespace crema::apphost {

using hostwire::HostMessage;
using hostwire::HostMessageType;

AppHosts::AppHosts(server::Server& server, const frappe::Services& services, Config config)
    : server_(server),
      home_(server.home()),
      services_(services),
      config_(std::move(config)),
      commands_(server, services, mirror_, [this](uint64_t id) -> Host* {
        for (const auto& group : groups_) {
          if (group->host() && group->host()->id() == id) return group->host();
        }
        return nullptr;
      }) {
  build_groups(find_app_files(config_));
}

AppHosts::~AppHosts() = default;

void AppHosts::build_groups(AppFiles files) {
  files_ = std::move(files);
  for (const std::string& note : files_.notes) log::warn(note);
  groups_.clear();
  strikes_.clear();
  load_errors_.clear();
  for (const Language language : {Language::kNode, Language::kPython}) {
    std::vector<AppFile> apps;
    std::ranges::copy_if(files_.apps, std::back_inserter(apps),
                         [language](const AppFile& app) { return app.language == language; });
    if (!apps.empty()) add_group(language, std::move(apps));
  }
  {
    const std::lock_guard lock(mutex_);
    names_.clear();
    for (const AppFile& app : files_.apps) names_.insert(app.app);
  }
  // In developer mode a first file may appear at any time.
  if (config_.developer_mode || !files_.apps.empty()) *services_.config.handlers_run = true;
}

void AppHosts::add_group(Language language, std::vector<AppFile> apps) {
  HostProgram program{language, language == Language::kNode ? files_.node : files_.python};
  groups_.push_back(std::make_unique<HostGroup>(home_.loop(), config_, std::move(program),
                                                std::move(apps), *this,
                                                [this](HostGroup& group) { open_all_to(group); }));
}

HostGroup* AppHosts::group_of(const Host& host) {
  for (const auto& group : groups_) {
    if (group->host() == &host) return group.get();
  }
  return nullptr;
}

template <class F>
void AppHosts::each_group_of(const MirroredSocket& socket, const F& fn) {
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i]->serves(socket.apps())) fn(*groups_[i]);
  }
}

bool AppHosts::has_handlers(const std::vector<std::string>& installed) {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(installed,
                             [this](const std::string& app) { return names_.contains(app); });
}

void AppHosts::reload() {
  AppFiles files = find_app_files(config_);
  if (files.apps == files_.apps && strikes_.empty()) {
    for (const auto& group : groups_) group->reload();
    return;
  }
  for (const auto& group : groups_) {
    std::unique_ptr<Host> ended = group->release();
    if (!ended) continue;
    ended->shut_down();
    retired_.push_back(std::move(ended));
  }
  build_groups(std::move(files));
  for (const MirroredSocket* socket : mirror_.all()) {
    each_group_of(*socket, [](HostGroup& group) { group.want(); });
  }
}

void AppHosts::on_connected(server::Shard& shard, socketio::Socket& socket) {
  if (!services_.config.keep_for_handlers()) return;
  const frappe::SocketUser& user = frappe::user_of(socket);
  if (!user.apps()) {
    const bool is_old = user.dialect() == frappe::Dialect::k15;
    if (!is_old || told_of_version_.exchange(true)) return;
    return log::warn("apps' realtime handlers need Frappe 16; their events are ignored");
  }
  if (!has_handlers(*user.apps())) return;
  socket.observe_rooms();
  MirroredSocket mirrored{
      .site = socket.nsp().name().substr(1),
      .id = std::string(socket.id()),
      .shard = shard.index(),
      .serial = 0,
      .user = std::static_pointer_cast<const frappe::SocketUser>(socket.shared_data()),
      .rooms = {}};
  for (const socketio::Membership& membership : socket.rooms()) {
    mirrored.rooms.emplace_back(membership.room->name);
  }
  frappe::run_on(shard, home_,
                 [this, mirrored = std::move(mirrored)]() mutable { opened(std::move(mirrored)); });
}

void AppHosts::opened(MirroredSocket socket) {
  MirroredSocket& added = mirror_.add(std::move(socket));
  each_group_of(added, [this, &added](HostGroup& group) {
    const bool ran = group.host() != nullptr;
    group.want();
    if (ran) open_to(group, added, false);
  });
  added.is_new = false;
}

void AppHosts::open_to(HostGroup& group, const MirroredSocket& socket, bool again) {
  if (!group.host()) return;
  group.host()->sites.insert(socket.site);
  group.host()->open(open_frame({socket.site, socket.id, *socket.user, socket.rooms, again}));
}

void AppHosts::open_all_to(HostGroup& group) {
  for (const MirroredSocket* socket : mirror_.all()) {
    if (group.serves(socket->apps())) open_to(group, *socket, !socket->is_new);
  }
}

void AppHosts::on_event(server::Shard& shard, socketio::Socket& socket,
                        const socketio::Event& event) {
  Head head("event");
  std::string site = socket.nsp().name().substr(1);
  head.text("site", site).text("socket", socket.id()).text("event", event.name);
  head.array("args", event.args);
  if (event.ack_id) head.number("ack", *event.ack_id);
  frappe::run_on(shard, home_,
                 [this, site = std::move(site), id = std::string(socket.id()),
                  frame = head.frame(event.attachments)] {
                   const MirroredSocket* mirrored = mirror_.find(site, id);
                   if (!mirrored) return;
                   each_group_of(*mirrored, [&](HostGroup& group) { group.send_event(frame); });
                 });
}

void AppHosts::on_joined(server::Shard& shard, socketio::Socket& socket, std::string_view room) {
  room_changed(shard, socket, room, "join");
}

void AppHosts::on_left(server::Shard& shard, socketio::Socket& socket, std::string_view room) {
  room_changed(shard, socket, room, "leave");
}

void AppHosts::room_changed(server::Shard& shard, socketio::Socket& socket, std::string_view room,
                            std::string_view type) {
  auto change = [this, type, by = acting_host(), site = socket.nsp().name().substr(1),
                 id = socket.id(), rooms = std::vector<std::string>{std::string(room)}] {
    MirroredSocket* mirrored = mirror_.find(site, id);
    if (!mirrored) return;
    std::erase(mirrored->rooms, rooms.front());
    if (type == "join") mirrored->rooms.push_back(rooms.front());
    const std::string frame =
        Head(type).text("site", site).text("socket", id).texts("rooms", rooms).frame();
    each_group_of(*mirrored, [&](HostGroup& group) {
      if (group.host() && group.host()->id() != by) group.host()->send(frame);
    });
  };
  frappe::run_on(shard, home_, std::move(change));
}

void AppHosts::on_disconnected(server::Shard& shard, socketio::Socket& socket,
                               std::string_view reason) {
  frappe::run_on(
      shard, home_,
      [this, site = socket.nsp().name().substr(1), id = socket.id(), reason = std::string(reason)] {
        const MirroredSocket* mirrored = mirror_.find(site, id);
        if (!mirrored) return;
        const std::string frame =
            Head("close").text("site", site).text("socket", id).text("reason", reason).frame();
        each_group_of(*mirrored, [&](HostGroup& group) { group.send(frame); });
        mirror_.remove(*mirrored);
      });
}

void AppHosts::on_host_message(Host& host, const HostMessage& message,
                               const hostwire::FrameView& frame) {
  switch (message.type) {
    case HostMessageType::kLoaded:
      return loaded(message);
    case HostMessageType::kLog: {
      if (!host.may_log()) return kLogLinesDropped.add();
      log::Level level = log::Level::kInfo;
      (void)log::parse_level(message.level, level);
      return log::write(level, message.text, {{"app", message.app}});
    }
    case HostMessageType::kError: {
      kHandlerErrors.add();
      if (!host.may_log()) return kLogLinesDropped.add();
      return log::write(log::Level::kError, "a handler failed",
                        {{"app", message.app},
                         {"event", message.event},
                         {"file", message.file},
                         {"line", message.line},
                         {"error", message.text}});
    }
    default:
      return commands_.run(host, message, frame);
  }
}

void AppHosts::loaded(const HostMessage& message) {
  load_errors_.erase(message.app);
  if (message.text.empty()) {
    return log::info("handlers are loaded", {{"app", message.app}, {"file", message.file}});
  }
  std::string text = message.file;
  if (message.line != 0) text += ":" + std::to_string(message.line);
  text += ": " + message.text;
  log::error(text, {{"app", message.app}});
  load_errors_[message.app] = std::move(text);
}

std::string AppHosts::describe() const {
  std::string text = R"({"apps":[)";
  for (const AppFile& app : files_.apps) {
    if (text.ends_with('}')) text.push_back(',');
    text += R"({"app":)";
    json::append_quoted(text, app.app);
    text += R"(,"file":)";
    json::append_quoted(text, app.file);
    if (const auto error = load_errors_.find(app.app); error != load_errors_.end()) {
      text += R"(,"error":)";
      json::append_quoted(text, error->second);
    }
    text += "}";
  }
  return text + "]}";
}

// A second strike moves the app to a host of its own; the others start again without it.
void AppHosts::on_host_ended(Host& host, const HostEnd& end) {
  HostGroup* group = group_of(host);
  if (!group) return;
  const unsigned strikes = end.app.empty() ? 0 : ++strikes_[end.app];
  count_restart(end.app);
  std::unique_ptr<Host> ended;
  const base::Duration delay = group->restart_later(ended);
  retire(std::move(ended));
  log::error("a handler host ended and is started again", {{"app", end.app},
                                                           {"file", end.file},
                                                           {"reason", end.reason},
                                                           {"strikes", strikes},
                                                           {"restart_in_ms", delay.count()}});
  if (strikes < kStrikesForOwnHost || group->apps().size() < 2 || !group->has(end.app)) return;
  log::warn("an app gets a handler host of its own", {{"app", end.app}});
  const Language language = group->program().language;
  add_group(language, {group->take(end.app)});
  groups_.back()->want();
}

// It is in the middle of a call.
void AppHosts::retire(std::unique_ptr<Host> host) {
  retired_.push_back(std::move(host));
  home_.loop().post([this] { std::erase_if(retired_, [](const auto& h) { return h->ended(); }); });
}

}  // namespace crema::apphost
