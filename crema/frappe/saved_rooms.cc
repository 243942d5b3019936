#include "crema/frappe/saved_rooms.h"

#include "crema/frappe/counters.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"

#include <optional>
#include <utility>

namespace crema::frappe {
namespace {

constexpr int64_t kVersion = 1;
// No process saves later, and what is earlier can be compared in milliseconds without overflow.
constexpr std::chrono::sys_seconds kLatest =
    std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);

std::string encode(const SavedSession& session) {
  std::string line = R"({"site":)";
  json::append_quoted(line, session.site);
  json::append_quoted(line.append(R"(,"pid":)"), session.pid);
  json::append_quoted(line.append(R"(,"user":)"), session.user);
  line.append(R"(,"rooms":[)");
  for (size_t i = 0; i < session.rooms.size(); ++i) {
    if (i != 0) line.push_back(',');
    json::append_quoted(line, session.rooms[i]);
  }
  line.append("]}\n");
  return line;
}

std::string text_of(json::Slice object, std::string_view key) {
  const auto value = json::member(object, key);
  return value ? json::string_value(*value).value_or(std::string()) : std::string();
}

std::optional<int64_t> integer_of(json::Slice object, std::string_view key) {
  const auto value = json::member(object, key);
  return value ? json::integer_value(*value) : std::nullopt;
}

std::optional<std::chrono::sys_seconds> time_of(json::Slice object, std::string_view key) {
  const auto seconds = integer_of(object, key);
  if (!seconds || *seconds < 0) return std::nullopt;
  const std::chrono::sys_seconds time{std::chrono::seconds(*seconds)};
  return time < kLatest ? std::optional(time) : std::nullopt;
}

std::optional<SavedSession> decode_session(json::Slice line) {
  SavedSession session{text_of(line, "site"), text_of(line, "pid"), text_of(line, "user"), {}};
  const auto rooms = json::member(line, "rooms");
  std::vector<json::Slice> names;
  if (session.site.empty() || session.pid.empty() || session.user.empty() || !rooms) return {};
  if (!json::split_array(*rooms, names) || names.size() > kSavedRoomsPerSessionMax) return {};
  for (const json::Slice name : names) {
    auto room = json::string_value(name);
    if (!room) return {};
    session.rooms.push_back(std::move(*room));
  }
  return session;
}

}  // namespace

std::string encode_saved(const std::vector<SavedSession>& sessions, std::chrono::sys_seconds now) {
  std::string text = R"({"crema_state":)" + std::to_string(kVersion) + R"(,"saved_at":)" +
                     std::to_string(now.time_since_epoch().count()) + "}\n";
  size_t count = 0;
  for (const SavedSession& session : sessions) {
    const std::string line = encode(session);
    if (++count > kSavedSessionsMax || text.size() + line.size() > kSavedBytesMax) {
      kSavedTooMany.add();
      continue;
    }
    text += line;
  }
  return text;
}

base::Result<DecodedSaved, std::string> decode_saved(std::string_view text) {
  DecodedSaved decoded;
  std::string normal;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const auto bad = [number](std::string_view what) {
      return base::fail("line " + std::to_string(number) + " " + std::string(what));
    };
    if (end == std::string_view::npos) return bad("is cut off");
    normal.clear();
    if (!json::normalize(text.substr(0, end), json::NonFinite::kReject, normal)) {
      return bad("is not JSON");
    }
    text.remove_prefix(end + 1);
    if (number == 1) {
      if (integer_of(normal, "crema_state") != kVersion) return bad("names another version");
      const auto saved_at = time_of(normal, "saved_at");
      if (!saved_at) return bad("has no time");
      decoded.saved_at = *saved_at;
      continue;
    }
    auto session = decode_session(normal);
    if (!session || decoded.sessions.size() == kSavedSessionsMax) return bad("is no session");
    decoded.sessions.push_back(std::move(*session));
  }
  return decoded;
}

SavedRooms::SavedRooms(std::vector<SavedSession> sessions, base::TimePoint until) : until_(until) {
  for (SavedSession& session : sessions) {
    std::string pid = session.pid;
    sessions_.insert_or_assign(std::move(pid), std::move(session));
  }
  kSavedWaiting.add(static_cast<int64_t>(sessions_.size()));
}

SavedRooms::~SavedRooms() { clear(); }

void SavedRooms::clear() {
  kSavedWaiting.sub(static_cast<int64_t>(sessions_.size()));
  sessions_ = {};
}

std::vector<std::string> SavedRooms::find(std::string_view site, std::string_view pid,
                                          std::string_view user, base::TimePoint now) {
  if (now > until_) clear();
  const auto found = sessions_.find(std::string(pid));
  if (found == sessions_.end()) return {};
  const SavedSession& session = found->second;
  if (session.site != site || session.user != user) return {};
  return session.rooms;
}

void SavedRooms::forget(const std::string& pid) {
  if (sessions_.erase(pid) == 0) return;
  kSavedWaiting.sub(1);
  kSavedGivenBack.add();
}

}  // namespace crema::frappe
