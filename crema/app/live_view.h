// What is connected now, in pages: for people, and nothing in it lets anybody act for a client.
#pragma once

#include "crema/base/result.h"
#include "crema/http/query.h"
#include "crema/server/shard.h"

#include <cstddef>
#include <string>
#include <vector>

namespace crema::app {

inline constexpr size_t kPageRows = 100;
inline constexpr size_t kPageRowsMax = 1000;

// ?site= ?user= ?after= ?limit=: rows of one site, of one user, behind a row's key, so many.
struct PageQuery {
  std::string site = {};  // Empty: all.
  std::string user = {};  // Empty: all.
  std::string after = {};
  size_t limit = kPageRows;
};

// Errors: what is wrong with a parameter, for the person.
[[nodiscard]] base::Result<PageQuery, std::string> read_page_query(const http::Query& query);

struct Row {
  std::string key;   // Rows are in its order; `next` of a page is the last one's.
  std::string json;  // An object.
};

// The sockets of this shard that are next, in the order of their ids: at most limit + 1. Of each:
// id, site, user, user_type, transport, rooms (their number), shard. Neither the session's id nor
// any credential: with those one could speak for the client. The shard's thread only; O(sockets).
[[nodiscard]] std::vector<Row> connections_here(server::Shard& shard, const PageQuery& query);

struct RoomCount {
  std::string room;
  size_t sockets;
};

// The rooms of `query.site` on this shard behind `query.after`, in the order of their names, all
// of them: another shard may have members too. The shard's thread only; O(memberships).
[[nodiscard]] std::vector<RoomCount> rooms_here(server::Shard& shard, const PageQuery& query);
// The same rooms of all shards, added up and in order: at most limit + 1.
[[nodiscard]] std::vector<Row> room_rows(std::vector<RoomCount> counts, const PageQuery& query);

// {"NAME":[…],"next":KEY or null}. `rows` are those of all shards, each at most limit + 1.
[[nodiscard]] std::string page_json(std::string_view name, std::vector<Row> rows, size_t limit);

}  // namespace crema::app
