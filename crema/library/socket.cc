#include "crema/library/socket.h"

#include "crema/library/core.h"
#include "crema/library/guarded.h"
#include "crema/library/reserved.h"
#include "crema/library/shard_application.h"
#include "crema/library/socket_state.h"
#include "crema/socketio/connection.h"

#include <algorithm>
#include <array>
#include <utility>

namespace crema {

using library::AnyListener;
using library::SocketState;

namespace {

constexpr std::array<std::string_view, 2> kHeardOf = {"disconnect", "disconnecting"};

// What a wait for a client's acknowledgement came to.
void tell(const AckCallback& callback, const socketio::Acknowledgement& told) {
  std::string error;
  if (told.status == socketio::Acknowledgement::Status::kTimeout) error = "operation has timed out";
  if (told.status == socketio::Acknowledgement::Status::kDisconnected) {
    error = "socket has been disconnected";
  }
  const AckResult result(std::move(error), {told.args.begin(), told.args.end()},
                         {told.attachments.begin(), told.attachments.end()});
  (void)library::guarded("an acknowledgement's callback", [&] { callback(result); });
}

}  // namespace

const std::string& Socket::id() const { return state_->id; }
const std::string& Socket::nsp() const { return state_->nsp->name(); }
bool Socket::connected() const { return state_->connected; }
bool Socket::recovered() const { return state_->recovered; }
const Handshake& Socket::handshake() const { return *state_->handshake.load(); }

std::vector<std::string> Socket::rooms() const {
  if (!state_->is_on_shard() || !state_->live) return {};
  std::vector<std::string> names{state_->id};
  for (const auto& membership : state_->live->rooms()) names.emplace_back(membership.room->name);
  return names;
}

std::any& Socket::data_any() const {
#ifndef NDEBUG
  if (const auto core = state_->nsp->core()) core->check_thread(state_->shard);
#endif
  return state_->data;
}

uint64_t Socket::add(std::string_view name, Handler handler, Manner manner) const {
  if (std::ranges::find(kHeardOf, name) == kHeardOf.end()) library::refuse_reserved(name);
  const uint64_t number = ++state_->last_listener;
  SocketState::Registration added{
      std::string(name), std::make_shared<const Handler>(std::move(handler)), number, manner.once};
  state_->on_shard([added, first = manner.first](SocketState& state) {
    state.handlers.insert(first ? state.handlers.begin() : state.handlers.end(), added);
  });
  return number;
}

void Socket::off(std::string_view name, uint64_t number) const {
  state_->on_shard([name = std::string(name), number](SocketState& state) {
    std::erase_if(state.handlers,
                  [&](const auto& each) { return each.name == name && each.number == number; });
  });
}

void Socket::off(std::string_view name) const {
  state_->on_shard([name = std::string(name)](SocketState& state) {
    std::erase_if(state.handlers, [&](const auto& each) { return each.name == name; });
  });
}

void Socket::off() const {
  state_->on_shard([](SocketState& state) { state.handlers.clear(); });
}

namespace {

using AnyList = std::vector<AnyListener> SocketState::*;
enum class Place : uint8_t { kFirst, kLast };

uint64_t add_any(const std::shared_ptr<SocketState>& socket, AnyList list, Place place,
                 std::function<void(const Event&)> fn) {
  const uint64_t number = ++socket->last_listener;
  AnyListener added{number,
                    std::make_shared<const std::function<void(const Event&)>>(std::move(fn))};
  socket->on_shard([list, place, added](SocketState& state) {
    auto& all = state.*list;
    all.insert(place == Place::kFirst ? all.begin() : all.end(), added);
    if (list == &SocketState::any_outgoing && state.live) state.live->observe();
  });
  return number;
}

void remove_any(const std::shared_ptr<SocketState>& socket, AnyList list, uint64_t number) {
  socket->on_shard([list, number](SocketState& state) {
    std::erase_if(state.*list, [number](const auto& each) { return each.number == number; });
  });
}

void clear_any(const std::shared_ptr<SocketState>& socket, AnyList list) {
  socket->on_shard([list](SocketState& state) { (state.*list).clear(); });
}

std::vector<uint64_t> numbers_of(SocketState& socket, AnyList list) {
  std::vector<uint64_t> numbers;
  if (!socket.is_on_shard()) return numbers;
  for (const AnyListener& each : socket.*list) numbers.push_back(each.number);
  return numbers;
}

}  // namespace

uint64_t Socket::on_any(std::function<void(const Event&)> fn) const {
  return add_any(state_, &SocketState::any, Place::kLast, std::move(fn));
}
uint64_t Socket::prepend_any(std::function<void(const Event&)> fn) const {
  return add_any(state_, &SocketState::any, Place::kFirst, std::move(fn));
}
void Socket::off_any(uint64_t number) const { remove_any(state_, &SocketState::any, number); }
void Socket::off_any() const { clear_any(state_, &SocketState::any); }

uint64_t Socket::on_any_outgoing(std::function<void(const Event&)> fn) const {
  return add_any(state_, &SocketState::any_outgoing, Place::kLast, std::move(fn));
}
uint64_t Socket::prepend_any_outgoing(std::function<void(const Event&)> fn) const {
  return add_any(state_, &SocketState::any_outgoing, Place::kFirst, std::move(fn));
}
void Socket::off_any_outgoing(uint64_t number) const {
  remove_any(state_, &SocketState::any_outgoing, number);
}
void Socket::off_any_outgoing() const { clear_any(state_, &SocketState::any_outgoing); }

std::vector<uint64_t> Socket::listeners_any() const {
  return numbers_of(*state_, &SocketState::any);
}
std::vector<uint64_t> Socket::listeners_any_outgoing() const {
  return numbers_of(*state_, &SocketState::any_outgoing);
}

void Socket::use(std::function<void(const Event&, Next)> middleware) const {
  auto added = std::make_shared<const library::EventMiddleware>(std::move(middleware));
  state_->on_shard([added](SocketState& state) { state.middlewares.push_back(added); });
}

bool Socket::emit_encoded(std::string_view event, Encoder args) const {
  library::refuse_reserved(event);
  if (!connected()) return false;
  const auto delivery = is_volatile_ ? socketio::Delivery::kVolatile : socketio::Delivery::kQueued;
  const auto compress = compress_ ? engineio::Compress::kYes : engineio::Compress::kNo;
  auto attachments = socketio::make_attachments(args.attachments(), compress);
  if (state_->is_on_shard()) {
    return state_->live &&
           state_->live->emit(event, args.text(), std::move(attachments), delivery, compress);
  }
  return state_->on_shard([event = std::string(event), text = args.text(),
                           attachments = std::move(attachments), delivery,
                           compress](SocketState& state) {
    if (state.live) state.live->emit(event, text, attachments, delivery, compress);
  });
}

bool Socket::emit_with_ack(std::string_view event, Encoder args, AckCallback callback) const {
  library::refuse_reserved(event);
  const auto core = state_->nsp->core();
  if (!core || !connected()) return false;
  const auto limit = timeout_.count() != 0 ? timeout_ : core->options().ack_timeout;
  auto attachments = socketio::make_attachments(args.attachments());
  return state_->on_shard([event = std::string(event), text = args.text(),
                           attachments = std::move(attachments), limit,
                           callback = std::move(callback)](SocketState& state) {
    using Acknowledgement = socketio::Acknowledgement;
    const library::ShardApplication::Here here = library::ShardApplication::current();
    auto ended = [here, callback](const Acknowledgement& told) {
      const library::ShardApplication::Scope scope(*here.core, *here.shard);
      tell(callback, told);
    };
    if (state.live && state.live->emit_with_ack(event, text, attachments, limit, ended)) return;
    ended({.status = Acknowledgement::Status::kDisconnected});
  });
}

bool Socket::join_one(const std::string& room) const {
  if (state_->is_on_shard()) {
    if (state_->live) return state_->live->join(room);
    if (state_->is_undecided) state_->rooms_wanted.push_back(room);
    return state_->is_undecided;
  }
  const auto core = state_->nsp->core();
  if (!core || state_->has_left) return false;
  // A broadcast that follows on this thread is to reach it: the join is announced first.
  const unsigned where = state_->shard;
  const auto announce = [&](server::Shard& any) { any.expect_room(where, nsp(), room); };
  auto join_it = [state = state_, room](server::Shard& shard) {
    (void)Socket(state).join(room);  // It may have moved on.
    shard.settle_room(state->nsp->name(), room);
  };
  return core->post(where, std::move(join_it), announce);
}

bool Socket::join(const Rooms& rooms) const {
  bool all = true;
  for (const std::string& room : rooms.names()) all = join_one(room) && all;
  return all;
}

bool Socket::leave(std::string room) const {
  if (!connected()) return false;
  return state_->on_shard([room = std::move(room)](SocketState& state) {
    if (state.live) state.live->leave(room);
  });
}

Target Socket::broadcast() const { return Target(state_->nsp).except(state_->id); }

bool Socket::disconnect() const {
  if (!connected()) return false;
  return state_->on_shard([](SocketState& state) {
    if (state.live) state.live->disconnect(socketio::Disconnect::kNamespace);
  });
}

bool Socket::close() const {
  if (!connected()) return false;
  return state_->on_shard([](SocketState& state) {
    if (state.live) state.live->disconnect(socketio::Disconnect::kConnection);
  });
}

}  // namespace crema
