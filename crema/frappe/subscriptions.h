// Rooms that need a permission: one shard's questions that are not answered yet, and what happens
// when they are. Source: spec/frappe-realtime.md 4.2, 4.3.
#pragma once

#include "crema/frappe/doc_viewers.h"
#include "crema/frappe/services.h"
#include "crema/server/shard.h"
#include "crema/socketio/socket.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema::frappe {

using AckId = std::optional<uint64_t>;

struct Subscription {
  std::string room;
  std::string doctype;
  std::string name;  // Empty: the doctype as a whole.
  // What the other viewers are told of when the room is joined.
  std::optional<DocumentName> opens;
};

// Shard thread only.
class Subscriptions {
 public:
  // Borrows both for life.
  Subscriptions(server::Shard& shard, const Services& services)
      : shard_(shard), services_(services) {}

  // Joins the socket to the room once its user may read what is asked about. `remove`, or the
  // socket's end, cancels a check that is not decided yet. A client that asked for an
  // acknowledgement gets one, whatever comes of it.
  void add(socketio::Socket& socket, Subscription subscription, AckId ack);
  void remove(socketio::Socket& socket, const std::string& room);
  // Tells the other viewers of the document, if the room is one of a document that is open.
  void joined(socketio::Socket& socket, const Subscription& subscription);
  // The socket is gone.
  void forget(const std::string& socket_id);

 private:
  // Socket id and room.
  using Key = std::pair<std::string, std::string>;
  struct Check {
    Subscription subscription;
    bool wanted = true;
    std::vector<uint64_t> acks;
  };

  [[nodiscard]] size_t undecided(const std::string& socket_id) const;
  void ask(const std::string& nsp, const Key& key, PermissionQuestion question);
  void decided(const std::string& nsp, const Key& key, const PermissionAnswer& answer);

  server::Shard& shard_;
  const Services& services_;
  // Ordered, so that those of one socket stand together. A cancelled check stays until its answer
  // comes, so that nobody has more questions open than there are here.
  std::map<Key, Check> checks_;
};

}  // namespace crema::frappe
