#pragma once

#include "bench/contenders/floor/redis_feed.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crema::floor {

enum class Gathering {
  kOff,  // One send per message and socket.
  kOn,   // The messages of one turn leave in one send per socket.
};

// The least that can be done to deliver a Redis message to many WebSockets: one epoll, no objects
// of any protocol, no heartbeat, no check. Whoever joins is in the rooms `all` and `user:…` of its
// cookie's name, and answered: a `ping`, an echo by its acknowledgement's id, a `task_subscribe`.
class Server {
 public:
  // Listens on 127.0.0.1:`port`.
  Server(std::uint16_t port, Gathering gathering, RedisFeed feed);

  // False if the port could not be taken.
  [[nodiscard]] bool is_listening() const { return listener_ >= 0; }

  // Serves until Redis goes away.
  void run();

 private:
  enum class Stage : std::uint8_t { kRequest, kFrames };

  struct Connection {
    int descriptor = -1;
    Stage stage = Stage::kRequest;
    std::string user_room;
    // The CONNECT packet of a polling client, until its next GET.
    std::string posted;
    // The beginning of a frame whose end has not arrived.
    std::string partial;
    // Answers of this turn that were not sent.
    std::string answers;
    // What the kernel did not take yet.
    std::string pending;
  };

  struct Room {
    std::vector<Connection*> members;
    // Frames of this turn that no member has been sent.
    std::string gathered;
  };

  void on_event(std::uint32_t events, Connection* connection);
  void accept_all();
  void on_readable(Connection& connection);
  void on_request(Connection& connection, std::string_view request);
  void on_frames(Connection& connection, std::string_view bytes);
  void on_packet(Connection& connection, std::string_view packet);
  void on_event(Connection& connection, std::string_view packet);
  void join(Connection& connection, const std::string& room);
  void answer(Connection& connection, std::string_view packet);
  void publish(const Publication& publication);
  void flush();
  void send_to_all(const Room& room, std::string_view bytes);
  void transmit(Connection& connection, std::string_view bytes);
  void watch(int descriptor, void* owner, std::uint32_t events, int operation) const;
  void close(Connection& connection);

  RedisFeed feed_;
  Gathering gathering_;
  int epoll_ = -1;
  int listener_ = -1;
  std::string buffer_;
  std::string frame_;
  std::unordered_map<std::string, Room> rooms_;
  // With something gathered in this turn.
  std::vector<Room*> rooms_to_flush_;
  std::vector<Connection*> connections_to_flush_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace crema::floor
