// Whatever stands in the file that a process leaves for the next one: sessions within their bounds,
// which are written and read back as the same ones, or what is wrong with it.
#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/frappe/config.h"
#include "crema/frappe/saved_rooms.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace crema::frappe;  // NOLINT: a program of one file.
using crema::base::valid_utf8;

void check(const SavedSession& session) {
  CREMA_ASSERT(!session.site.empty() && !session.pid.empty() && !session.user.empty());
  CREMA_ASSERT(valid_utf8(session.site) && valid_utf8(session.pid) && valid_utf8(session.user));
  CREMA_ASSERT(session.rooms.size() <= kSavedRoomsPerSessionMax);
  for (const std::string& room : session.rooms) CREMA_ASSERT(valid_utf8(room));
}

bool same(const SavedSession& one, const SavedSession& other) {
  return one.site == other.site && one.pid == other.pid && one.user == other.user &&
         one.rooms == other.rooms;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = decode_saved(text);
  if (!decoded) {
    CREMA_ASSERT(!decoded.error().empty());
    return 0;
  }
  // Whoever compares it with now, in milliseconds, meets no overflow.
  const std::chrono::sys_days latest = std::chrono::year(10'000) / 1 / 1;
  CREMA_ASSERT(decoded->saved_at >= std::chrono::sys_seconds{} && decoded->saved_at < latest);
  for (const SavedSession& session : decoded->sessions) check(session);

  const auto again = decode_saved(encode_saved(decoded->sessions, decoded->saved_at));
  CREMA_ASSERT(again && again->saved_at == decoded->saved_at);
  CREMA_ASSERT(again->sessions.size() == decoded->sessions.size());
  for (size_t i = 0; i < again->sessions.size(); ++i) {
    CREMA_ASSERT(same(again->sessions[i], decoded->sessions[i]));
  }
  return 0;
}
