// One namespace's sockets and rooms on one shard.
#pragma once

#include "crema/base/name_table.h"
#include "crema/socketio/room.h"
#include "crema/socketio/socket.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

class HubHost;
class Recovery;

struct IdOf {
  std::string_view operator()(const Socket& socket) const noexcept { return socket.id(); }
};
struct RoomName {
  std::string_view operator()(const Room& room) const noexcept { return room.name; }
};

// Shard thread only. Exists while it has a socket (Hub creates and removes it).
class Namespace {
 public:
  // Borrows `host` for life. Ack ids begin at `first_ack_id`.
  Namespace(std::string name, HubHost& host, uint64_t first_ack_id);
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;
  ~Namespace();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::vector<Socket*>& sockets() const noexcept { return sockets_; }
  [[nodiscard]] Socket* find(std::string_view socket_id) const;
  [[nodiscard]] Room* find_room(std::string_view name) const;

  // One counter for all its sockets. Each shard counts in steps of their number, so that an id
  // belongs to one of them. Source: spec/socketio.md 2.4.
  [[nodiscard]] uint64_t next_ack_id();
  // Where a namespace of this name may begin again.
  [[nodiscard]] uint64_t ack_ids() const noexcept { return ack_ids_; }
  // Null when it is off.
  [[nodiscard]] Recovery* recovery() const noexcept { return recovery_.get(); }
  void set_recovery(std::unique_ptr<Recovery> recovery);
  // Nobody is in it and nobody may come back.
  [[nodiscard]] bool empty() const;

  void add(Socket& socket);
  // Leaves all its rooms too.
  void remove(Socket& socket);
  // It stays in its rooms, where broadcasts pass it by.
  void suspend(Socket& socket);
  void leave_all(Socket& socket);
  // Cuts its tables to what they hold.
  void shrink();
  // Not a member yet.
  void add_member(Socket& socket, std::string_view room);
  // `slot` is the place of the membership in the socket's list.
  void remove_member(Socket& socket, uint32_t slot);

 private:
  const std::string name_;
  HubHost& host_;
  uint64_t ack_ids_;
  std::unique_ptr<Recovery> recovery_;
  std::vector<Socket*> sockets_;          // Not owned.
  base::NameTable<Socket*, IdOf> by_id_;  // The same.
  base::NameTable<std::unique_ptr<Room>, RoomName> rooms_;
};

}  // namespace crema::socketio
