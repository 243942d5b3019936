// One client in one namespace, on the shard where it lives.
#pragma once

#include "crema/base/clock.h"
#include "crema/base/prefetch.h"
#include "crema/base/short_text.h"
#include "crema/engineio/out_packet.h"
#include "crema/socketio/broadcast.h"
#include "crema/socketio/out_message.h"
#include "crema/socketio/pending_acks.h"
#include "crema/socketio/room.h"

#include <any>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::engineio {
class Session;
}

namespace crema::socketio {

class Connection;
class Namespace;
struct Resumable;

// What the application keeps with a socket. Shared, so that many sockets of one user cost one.
struct SocketData {
  virtual ~SocketData() = default;
  // What a fetch takes along to other threads; null: nothing. On the socket's shard.
  [[nodiscard]] virtual std::shared_ptr<const std::any> snapshot() const { return nullptr; }
};

// What ends with a socket that the server disconnects: its namespace only, or all of its client's
// namespaces and the connection. The client is told, and does not come back by itself.
enum class Disconnect : uint8_t { kNamespace, kConnection };

// Shard thread only. Whoever waits keeps (namespace, id) and asks Hub::find again afterwards.
class Socket {
 public:
  Socket(std::string_view id, Namespace& nsp, Connection& connection,
         std::shared_ptr<const SocketData> data);
  // Without a connection yet.
  Socket(std::string_view id, Namespace& nsp, std::shared_ptr<const SocketData> data);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  [[nodiscard]] const base::ShortText& id() const noexcept { return id_; }
  [[nodiscard]] Namespace& nsp() const noexcept { return nsp_; }
  [[nodiscard]] const SocketData* data() const noexcept { return data_.get(); }
  [[nodiscard]] const std::shared_ptr<const SocketData>& shared_data() const { return data_; }
  [[nodiscard]] bool connected() const noexcept { return session_ != nullptr; }
  // Null after disconnection.
  [[nodiscard]] Connection* connection() const noexcept { return connection_; }
  [[nodiscard]] bool in(std::string_view room) const;
  // Whether it came back with its id, rooms and data after its connection was lost.
  [[nodiscard]] bool recovered() const noexcept;
  // Whether its session may be recovered: its client has a private id.
  [[nodiscard]] bool may_come_back() const noexcept { return resumable_ != nullptr; }
  // Whether its client knows what to do with the numbers of events.
  [[nodiscard]] bool is_numbered() const noexcept { return numbered_; }
  [[nodiscard]] const std::vector<Membership>& rooms() const noexcept { return rooms_; }

  // Idempotent. False after disconnection, or beyond Config's bounds on rooms (counted).
  bool join(std::string_view room);
  void leave(std::string_view room);
  // `args` is normalised JSON, joined by commas. False after disconnection.
  bool emit(std::string_view event, std::string_view args);
  // `args` names the attachments by number; they are compressed or not by themselves.
  bool emit(std::string_view event, std::string_view args, Attachments attachments,
            Delivery delivery, engineio::Compress compress = engineio::Compress::kYes);
  // The same with an acknowledgement: `handler` is called once, at the latest after `timeout`.
  // False, and it is not: after disconnection, or beyond Config::pending_acks_max (counted).
  bool emit_with_ack(std::string_view event, std::string_view args, Attachments attachments,
                     base::Duration timeout, AckHandler handler);
  // Answers the client's event with that ack id. Once for each: nobody checks.
  bool ack(uint64_t id, std::string_view args, Attachments attachments = {});
  // A packet encoded for this socket's namespace. False when it was dropped.
  bool send(const OutMessage& message, Delivery delivery = Delivery::kQueued);
  // Whether joined packets may be sent to it: nobody is told of each.
  [[nodiscard]] bool takes_joined() const noexcept;
  // The same with `count` packets, joined, of events without attachments.
  bool send_joined(const engineio::OutPacket& packets, size_t count);
  // Expects the client to acknowledge `id`, which was sent to it in this turn. As emit_with_ack.
  bool expect_ack(uint64_t id, base::Duration timeout, AckHandler handler);
  // The packet that answers its CONNECT.
  [[nodiscard]] std::string connect_answer() const;
  // Tells the client, which will not come back by itself, and removes the socket.
  void disconnect(Disconnect how = Disconnect::kNamespace);
  // From now on Application::on_outgoing hears of what is sent to it.
  void observe() noexcept { observed_ = true; }
  // From now on Application::on_joined and on_left hear of its rooms.
  void observe_rooms() noexcept { rooms_observed_ = true; }
  [[nodiscard]] bool rooms_observed() const noexcept { return rooms_observed_; }

 private:
  friend class Connection;
  friend class LocalAdapter;
  friend class Namespace;
  friend class Hub;
  friend class Recovery;

  // What an event will touch: of this object, behind it, and behind that.
  void prefetch() const noexcept { base::prefetch(session_, seen_); }
  void prefetch_session() const noexcept;
  void prefetch_host() const noexcept;
  // Null: none any more.
  void set_connection(Connection* connection);
  // An event that is kept is sent to it. False: it had it on the shard that it came from.
  bool note_sent(uint64_t offset, uint64_t position);

  // What every event touches comes first, also what belongs to the connection or to `resumable_`:
  // to follow a pointer takes longer than all that is done with what it points at.
  engineio::Session* session_ = nullptr;  // The connection's; null with it.
  uint64_t sent_offset_ = 0;              // Of the last event sent that was kept; 0: none.
  uint64_t sent_position_ = 0;            // The same, in the log.
  std::unique_ptr<Resumable> resumable_;  // Null when recovery is off.
  uint32_t seen_ = 0;                     // The last selection that concerned it.
  uint32_t index_ : 28 = 0;               // In the namespace's list; 2^28 have no descriptors.
  bool numbered_ : 1 = false;             // See RecoveryConfig::whose.
  bool arrived_ : 1 = false;              // Resumable::seen says what it had elsewhere.
  bool observed_ : 1 = false;
  bool rooms_observed_ : 1 = false;

  Connection* connection_ = nullptr;  // Null before and after.
  Namespace& nsp_;
  std::shared_ptr<const SocketData> data_;
  std::vector<Membership> rooms_;
  std::unique_ptr<PendingAcks> acks_;  // Null until there is one.
  const base::ShortText id_;
};

}  // namespace crema::socketio
