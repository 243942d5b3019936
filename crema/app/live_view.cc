#include "crema/app/live_view.h"

#include "crema/frappe/socket_user.h"
#include "crema/json/slice.h"
#include "crema/socketio/connection.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

namespace crema::app {
namespace {

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += out.ends_with('{') ? "\"" : ",\"";
  out.append(key).append("\":");
  json::append_quoted(out, value);
}

void append_number(std::string& out, std::string_view key, size_t value) {
  out.append(",\"").append(key).append("\":").append(std::to_string(value));
}

std::string_view site_of(const socketio::Namespace& nsp) {
  return std::string_view(nsp.name()).substr(1);
}

std::string_view transport_of(const socketio::Socket& socket) {
  const auto transport = socket.connection()->session().transport();
  return transport == engineio::TransportKind::kWebSocket ? "websocket" : "polling";
}

Row row_of(const socketio::Socket& socket, unsigned shard) {
  const frappe::SocketUser& user = frappe::user_of(socket);
  Row row{std::string(socket.id()), "{"};
  append_member(row.json, "id", socket.id());
  append_member(row.json, "site", site_of(socket.nsp()));
  append_member(row.json, "user", user.user());
  append_member(row.json, "user_type", user.user_type());
  append_member(row.json, "transport", transport_of(socket));
  append_number(row.json, "rooms", socket.rooms().size());
  append_number(row.json, "shard", shard);
  row.json += '}';
  return row;
}

bool is_wanted(const socketio::Socket& socket, const PageQuery& query) {
  if (!socket.connection() || !socket.data() || std::string_view(socket.id()) <= query.after)
    return false;
  return query.user.empty() || frappe::user_of(socket).user() == query.user;
}

// The first `size` in order.
template <class T, class Key>
void keep_first(std::vector<T>& all, size_t size, Key key) {
  const size_t kept = std::min(size, all.size());
  std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(kept), {}, key);
  all.resize(kept);
}

}  // namespace

base::Result<PageQuery, std::string> read_page_query(const http::Query& query) {
  PageQuery page;
  page.site = query.get("site").value_or("");
  page.user = query.get("user").value_or("");
  page.after = query.get("after").value_or("");
  if (const auto limit = query.get("limit")) {
    const auto [end, error] =
        std::from_chars(limit->data(), limit->data() + limit->size(), page.limit);
    const bool is_number = error == std::errc() && end == limit->data() + limit->size();
    if (!is_number || page.limit == 0 || page.limit > kPageRowsMax) {
      return base::fail("limit must be 1 to " + std::to_string(kPageRowsMax));
    }
  }
  return page;
}

std::vector<Row> connections_here(server::Shard& shard, const PageQuery& query) {
  std::vector<const socketio::Socket*> found;
  for (const auto& [name, nsp] : shard.hub().namespaces()) {
    if (!query.site.empty() && site_of(*nsp) != query.site) continue;
    for (const socketio::Socket* socket : nsp->sockets()) {
      if (is_wanted(*socket, query)) found.push_back(socket);
    }
  }
  keep_first(found, query.limit + 1, [](const socketio::Socket* it) { return it->id(); });
  std::vector<Row> rows;
  for (const socketio::Socket* socket : found) rows.push_back(row_of(*socket, shard.index()));
  return rows;
}

std::vector<RoomCount> rooms_here(server::Shard& shard, const PageQuery& query) {
  std::vector<RoomCount> counts;
  const socketio::Namespace* nsp = shard.hub().find_namespace("/" + query.site);
  if (!nsp) return counts;
  for (const socketio::Socket* socket : nsp->sockets()) {
    for (const socketio::Membership& membership : socket->rooms()) {
      // Each room once: with its first member.
      const socketio::Room& room = *membership.room;
      const bool is_first = room.members.front().socket == socket;
      if (is_first && room.name > query.after) counts.push_back({room.name, room.members.size()});
    }
  }
  return counts;
}

std::vector<Row> room_rows(std::vector<RoomCount> counts, const PageQuery& query) {
  std::map<std::string, size_t> sums;
  for (RoomCount& count : counts) sums[std::move(count.room)] += count.sockets;
  std::vector<Row> rows;
  for (const auto& [room, sockets] : sums) {
    if (rows.size() > query.limit) break;
    Row row{room, "{"};
    append_member(row.json, "room", room);
    append_number(row.json, "sockets", sockets);
    row.json += '}';
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string page_json(std::string_view name, std::vector<Row> rows, size_t limit) {
  keep_first(rows, limit + 1, &Row::key);
  const bool more = rows.size() > limit;
  if (more) rows.pop_back();
  std::string body = "{\"" + std::string(name) + "\":[";
  for (const Row& row : rows) body.append(body.ends_with('[') ? "" : ",").append(row.json);
  body += "],\"next\":";
  if (more) {
    json::append_quoted(body, rows.back().key);
  } else {
    body += "null";
  }
  return body + '}';
}

}  // namespace crema::app
