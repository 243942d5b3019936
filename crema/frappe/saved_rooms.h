// The rooms of sessions that a restart cut off, from the process before this one.
#pragma once

#include "crema/base/clock.h"
#include "crema/base/result.h"
#include "crema/frappe/config.h"

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crema::frappe {

struct SavedSession {
  std::string site;
  std::string pid;   // The private id, by which its client asks for it.
  std::string user;  // Whose it was: nobody else gets the rooms.
  std::vector<std::string> rooms;
};

// A line of JSON with the version and the second, then one per session; what is beyond the bounds
// of config.h is left out.
[[nodiscard]] std::string encode_saved(const std::vector<SavedSession>& sessions,
                                       std::chrono::sys_seconds now);

struct DecodedSaved {
  std::vector<SavedSession> sessions;
  std::chrono::sys_seconds saved_at;
};
// Errors: what is wrong with the text, for the log; then none of it is used.
[[nodiscard]] base::Result<DecodedSaved, std::string> decode_saved(std::string_view text);

// Home shard only, once the server runs.
class SavedRooms {
 public:
  // They are given back until then.
  SavedRooms(std::vector<SavedSession> sessions, base::TimePoint until);
  ~SavedRooms();
  SavedRooms(const SavedRooms&) = delete;
  SavedRooms& operator=(const SavedRooms&) = delete;

  // The rooms of the session, if they were this user's; they stay, for the client may be gone
  // before it has them.
  [[nodiscard]] std::vector<std::string> find(std::string_view site, std::string_view pid,
                                              std::string_view user, base::TimePoint now);
  void forget(const std::string& pid);

  [[nodiscard]] size_t size() const noexcept { return sessions_.size(); }

 private:
  void clear();

  std::unordered_map<std::string, SavedSession> sessions_;  // By private id.
  const base::TimePoint until_;
};

}  // namespace crema::frappe
