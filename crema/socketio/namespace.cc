#include "crema/socketio/namespace.h"

#include "crema/socketio/counters.h"
#include "crema/socketio/hub_host.h"
#include "crema/socketio/recovery.h"

namespace crema::socketio {
namespace {

// Most sockets are in a few rooms only: a vector that grows by itself has room for more than these.
constexpr size_t kRoomsUsual = 3;

}  // namespace

Namespace::Namespace(std::string name, HubHost& host, uint64_t first_ack_id)
    : name_(std::move(name)), host_(host), ack_ids_(first_ack_id) {
  kNamespaces.add();
  host_.namespace_opened(name_);
}

Namespace::~Namespace() {
  host_.namespace_emptied(name_);
  kNamespaces.sub();
}

uint64_t Namespace::next_ack_id() { return ack_ids_++ * host_.shards() + host_.shard(); }

Socket* Namespace::find(std::string_view socket_id) const {
  const auto found = by_id_.find(socket_id);
  return found == by_id_.end() ? nullptr : *found;
}

Room* Namespace::find_room(std::string_view name) const {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->get();
}

void Namespace::add(Socket& socket) {
  kSockets.add();
  socket.index_ = static_cast<uint32_t>(sockets_.size());
  sockets_.push_back(&socket);
  by_id_.insert(&socket);
}

void Namespace::set_recovery(std::unique_ptr<Recovery> recovery) {
  recovery_ = std::move(recovery);
}

bool Namespace::empty() const { return sockets_.empty() && (!recovery_ || recovery_->empty()); }

void Namespace::leave_all(Socket& socket) {
  while (!socket.rooms_.empty()) {
    remove_member(socket, static_cast<uint32_t>(socket.rooms_.size() - 1));
  }
}

void Namespace::remove(Socket& socket) {
  leave_all(socket);
  suspend(socket);
}

void Namespace::suspend(Socket& socket) {
  kSockets.sub();
  by_id_.erase(&socket);
  Socket* last = sockets_.back();
  sockets_[socket.index_] = last;
  last->index_ = socket.index_;
  sockets_.pop_back();
}

void Namespace::shrink() {
  sockets_.shrink_to_fit();
  by_id_.rehash(0);
  rooms_.rehash(0);
  for (const auto& room : rooms_) room->members.shrink_to_fit();
}

void Namespace::add_member(Socket& socket, std::string_view name) {
  Room* room = find_room(name);
  if (!room) {
    auto created = std::make_unique<Room>(Room{base::ShortText(name), {}});
    created->name.shrink_to_fit();
    room = created.get();
    rooms_.insert(std::move(created));
    kRooms.add();
    host_.room_opened(name_, room->name);
  }
  if (socket.rooms_.empty()) socket.rooms_.reserve(kRoomsUsual);
  const auto index = static_cast<uint32_t>(room->members.size());
  room->members.push_back({&socket, static_cast<uint32_t>(socket.rooms_.size())});
  socket.rooms_.push_back({room, index, seconds(host_.now())});
}

void Namespace::remove_member(Socket& socket, uint32_t slot) {
  const Membership gone = socket.rooms_[slot];

  // The room's last member takes the place that becomes free, and is told.
  auto& members = gone.room->members;
  members[gone.index] = members.back();
  members[gone.index].socket->rooms_[members[gone.index].slot].index = gone.index;
  members.pop_back();

  // Likewise the socket's last room.
  socket.rooms_[slot] = socket.rooms_.back();
  const Membership moved = socket.rooms_[slot];
  socket.rooms_.pop_back();
  if (slot < socket.rooms_.size()) moved.room->members[moved.index].slot = slot;

  if (!members.empty()) return;
  host_.room_emptied(name_, gone.room->name);
  rooms_.erase(rooms_.find(std::string_view(gone.room->name)));
  kRooms.sub();
}

}  // namespace crema::socketio
