#include "crema/library/shard_application.h"

#include "crema/http/query.h"
#include "crema/json/normalize.h"
#include "crema/library/event_data.h"
#include "crema/library/guarded.h"
#include "crema/socketio/connection.h"
#include "crema/socketio/packet.h"

#include <boost/container/small_vector.hpp>

#include <chrono>
#include <ctime>
#include <utility>

namespace crema::library {
namespace {

thread_local ShardApplication::Here here;

std::shared_ptr<SocketState> state_of(const std::shared_ptr<const socketio::SocketData>& data) {
  return std::const_pointer_cast<SocketState>(std::static_pointer_cast<const SocketState>(data));
}
std::shared_ptr<SocketState> state_of(const socketio::Socket& socket) {
  return state_of(socket.shared_data());
}

// Its own id first.
std::vector<std::string> rooms_of(const socketio::Socket& socket) {
  std::vector<std::string> names{std::string(socket.id())};
  for (const auto& membership : socket.rooms()) {
    if (membership.room->name != socket.id()) names.emplace_back(membership.room->name);
  }
  return names;
}

// One event on its way to its handlers.
class Call final : public Invocation {
 public:
  // `ack` answers in place of the event's own, when there is one already.
  Call(SocketState& state, const EventView& event, Ack ack = {})
      : socket_(state.shared_from_this()), event_(event), ack_(std::move(ack)) {}

  const Socket& socket() const override { return socket_; }
  Value arg(size_t index) const override {
    return index < event_.args.size() ? Value(event_.args[index], event_.attachments) : Value();
  }
  Ack ack() const override {
    if (event_.ack_id && !asked_) {
      asked_ = true;
      ack_ = Ack(std::make_shared<AckState>(socket_.state(), *event_.ack_id));
    }
    return ack_;
  }
  Event event() const override {
    auto data = std::make_shared<EventData>();
    data->name = event_.name;
    data->args.assign(event_.args.begin(), event_.args.end());
    data->attachments.assign(event_.attachments.begin(), event_.attachments.end());
    data->ack = ack();
    return Event(std::move(data));
  }
  void reject(size_t index) override {
    kWrongTypes.add();
    if (event_.name == "error") return;
    const std::string text =
        "argument " + std::to_string(index) + " of \"" + event_.name + "\" is of another type";
    ShardApplication::tell(*socket_.state(), "error", text);
  }

 private:
  const Socket socket_;
  const EventView& event_;
  mutable Ack ack_;  // One for all handlers: the first answer counts.
  mutable bool asked_ = false;
};

// On the stack: an event has one or two.
using HandlerList = boost::container::small_vector<std::shared_ptr<const Handler>, 4>;

// Those of the namespace first. One that is for once is gone before it is called.
HandlerList handlers_of(SocketState& socket, std::string_view name) {
  HandlerList found;
  const auto shared = socket.nsp->handlers();
  for (const NamedHandler& each : *shared) {
    if (each.name == name) found.push_back(each.handler);
  }
  for (const auto& each : socket.handlers) {
    if (each.name == name) found.push_back(each.handler);
  }
  std::erase_if(socket.handlers,
                [name](const auto& each) { return each.once && each.name == name; });
  return found;
}

void call_all(SocketState& socket, const EventView& event, Ack ack = {}) {
  Call call(socket, event, std::move(ack));
  for (const auto& handler : handlers_of(socket, event.name)) {
    const auto thrown = guarded("a handler", [&] { (*handler)(call); });
    if (thrown && event.name != "error") ShardApplication::tell(socket, "error", *thrown);
  }
}

}  // namespace

ShardApplication::Scope::Scope(const Core& core, server::Shard& shard) : before_(here) {
  here = {&core, &shard};
}
ShardApplication::Scope::~Scope() { here = before_; }

const ShardApplication::Here& ShardApplication::current() { return here; }

ShardApplication::ShardApplication(Core& core, server::Shard& shard) : core_(core), shard_(shard) {}

bool ShardApplication::has_namespace(std::string_view nsp) { return core_.may_have(nsp); }

void ShardApplication::on_connect(const socketio::ConnectRequest& request) {
  const Scope scope(core_, shard_);
  if (const auto nsp = core_.find(request.nsp)) return begin(request, nsp);
  auto asked = std::make_shared<Asked>(Asked{.nsp = std::string(request.nsp),
                                             .socket_id = std::string(request.socket_id),
                                             .auth = std::string(request.auth),
                                             .handshake = request.handshake,
                                             .parents = core_.parents()});
  asked_.emplace(request.ticket, asked);
  ask_next_parent(request.ticket, asked);
}

void ShardApplication::ask_next_parent(socketio::ConnectTicket ticket,
                                       const std::shared_ptr<Asked>& asked) {
  if (asked->next == asked->parents.size()) {
    asked_.erase(ticket);
    shard_.hub().refuse(ticket, "Invalid namespace");
    return;
  }
  const auto parent = asked->parents[asked->next++];
  const auto used = std::make_shared<std::atomic<bool>>(false);
  const Next next([this, core = core_.weak_from_this(), index = shard_.index(), used, ticket, asked,
                   parent](const std::optional<Error>& error) {
    const auto living = core.lock();
    if (used->exchange(true) || !living) return;
    living->on_shard(index, [this, ticket, asked, parent, refused = error.has_value()] {
      if (!asked_.contains(ticket)) return;  // The client has left.
      if (refused) return ask_next_parent(ticket, asked);
      asked_.erase(ticket);
      begin({ticket, asked->nsp, asked->socket_id, asked->auth, asked->handshake},
            core_.make_child(asked->nsp, parent));
    });
  });
  const auto thrown = guarded("a namespace's rule", [&] {
    parent->predicate(asked->nsp, Value(json::Slice(asked->auth), {}), next);
  });
  if (thrown) next(Error{});
}

void ShardApplication::begin(const socketio::ConnectRequest& request,
                             const std::shared_ptr<NamespaceState>& nsp) {
  std::shared_ptr<SocketState> state;
  if (const socketio::Socket* lost = shard_.hub().recoverable(request.ticket)) {
    state = state_of(*lost);
  } else {
    state = std::make_shared<SocketState>();
    state->id = request.socket_id;
    state->nsp = nsp;
    state->core = &core_;
    state->shard = shard_.index();
  }
  state->set_handshake(make_handshake(*request.handshake, request.auth));
  state->is_undecided = true;
  state->has_left = false;
  undecided_.emplace(request.ticket, state);
  run_middlewares(request.ticket, state, nsp->middlewares(), 0);
}

std::shared_ptr<const Handshake> ShardApplication::make_handshake(const engineio::Handshake& from,
                                                                  json::Slice auth) const {
  auto made = std::make_shared<Handshake>();
  for (const auto [name, value] : from.headers()) made->headers.emplace_back(name, value);
  made->address = from.address();
  made->url = core_.options().path + "?";
  made->url += from.query();
  made->xdomain = from.header("origin").has_value();
  const auto now = std::chrono::system_clock::now();
  made->issued =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  made->time.assign(text, std::strftime(text, sizeof text, "%a %b %d %Y %T GMT+0000", &parts));
  made->auth.text = auth;
  return made;
}

void ShardApplication::run_middlewares(socketio::ConnectTicket ticket,
                                       const std::shared_ptr<SocketState>& socket,
                                       NamespaceState::Middlewares list, size_t index) {
  if (index == list->size()) return decided(ticket, socket, std::nullopt);
  const auto go_on = [this, ticket, socket, list, index](const std::optional<Error>& error) {
    if (!undecided_.contains(ticket)) return;
    error ? decided(ticket, socket, error) : run_middlewares(ticket, socket, list, index + 1);
  };
  const auto used = std::make_shared<std::atomic<bool>>(false);
  Next next([used, socket, go_on](std::optional<Error> error) {
    if (used->exchange(true)) return;
    socket->on_shard([go_on, error = std::move(error)](SocketState&) { go_on(error); });
  });
  const auto thrown = guarded("a middleware", [&] { (*list)[index](Socket(socket), next); });
  if (thrown) next(Error{"the middleware failed"});
}

void ShardApplication::decided(socketio::ConnectTicket ticket,
                               const std::shared_ptr<SocketState>& socket,
                               const std::optional<Error>& error) {
  undecided_.erase(ticket);
  const std::shared_ptr<NamespaceState> nsp = socket->nsp;
  if (!error) {
    // A lost session may have been forgotten while the middlewares ran: then this is a new one.
    std::shared_ptr<SocketState> accepted = socket;
    if (socket->id != shard_.hub().socket_id(ticket) && !shard_.hub().recoverable(ticket)) {
      accepted = std::make_shared<SocketState>();
      accepted->id = shard_.hub().socket_id(ticket);
      accepted->nsp = nsp;
      accepted->core = &core_;
      accepted->shard = shard_.index();
      accepted->set_handshake(socket->handshakes[0]);
      accepted->rooms_wanted = socket->rooms_wanted;
      accepted->data = socket->data;
      turn_away(*socket);
    }
    shard_.hub().accept(ticket, accepted);
    --nsp->undecided;
    core_.clean_up(nsp);  // It may have left at once.
    return;
  }
  turn_away(*socket);
  Encoder data;
  if (!error->data.text.empty()) data.json(error->data.text);
  shard_.hub().refuse(ticket, error->message, data.text());
  --nsp->undecided;
  core_.clean_up(nsp);
}

void ShardApplication::turn_away(SocketState& socket) {
  socket.rooms_wanted.clear();
  socket.is_undecided = false;
  socket.has_left = true;
}

void ShardApplication::on_connect_abandoned(socketio::ConnectTicket ticket) {
  asked_.erase(ticket);
  const auto node = undecided_.extract(ticket);
  if (node.empty()) return;
  turn_away(*node.mapped());
  --node.mapped()->nsp->undecided;
  core_.clean_up(node.mapped()->nsp);
}

void ShardApplication::on_connected(socketio::Socket& socket) {
  const Scope scope(core_, shard_);
  const std::shared_ptr<SocketState> state = state_of(socket);
  state->live = &socket;
  state->is_undecided = false;
  const json::Slice auth = shard_.hub().recovered_auth();
  if (!auth.empty()) state->set_handshake(make_handshake(socket.connection()->handshake(), auth));
  state->has_left = false;
  state->recovered = socket.recovered();
  state->connected = true;
  ++state->nsp->sockets;
  if (socket.recovered()) core_.restore(state->nsp);
  state->close_detail.clear();
  tell_of_rooms(*state, socket);
  for (const std::string& room : std::exchange(state->rooms_wanted, {})) socket.join(room);
  for (const char* name : {"connection", "connect"}) {
    const std::string event = name;
    call_all(*state, {event, {}, {}, std::nullopt});
  }
}

void ShardApplication::on_event(socketio::Socket& socket, const socketio::Event& event) {
  const Scope scope(core_, shard_);
  const std::shared_ptr<SocketState> state = state_of(socket);
  const EventView view{event.name, event.args, event.attachments, event.ack_id};
  if (state->any.empty() && state->middlewares.empty()) return call_all(*state, view);
  const Event kept = Call(*state, view).event();
  for (const AnyListener& each : std::vector(state->any)) {
    (void)guarded("an onAny listener", [&] { (*each.fn)(kept); });
  }
  run_event_middlewares(state, kept, 0);
}

void ShardApplication::run_event_middlewares(const std::shared_ptr<SocketState>& socket,
                                             const Event& event, size_t index) {
  if (!socket->connected) return;
  if (index >= socket->middlewares.size()) {
    std::vector<json::Slice> args;
    for (size_t i = 0; i < event.size(); ++i) args.push_back(event[i].json());
    const EventView view{event.name(), args, event.attachments(), std::nullopt};
    return call_all(*socket, view, event.ack());
  }
  const auto used = std::make_shared<std::atomic<bool>>(false);
  Next next([this, used, socket, event, index](std::optional<Error> error) {
    if (used->exchange(true)) return;
    socket->on_shard([this, socket, event, index, error = std::move(error)](SocketState&) {
      if (error) return tell(*socket, "error", error->message);
      run_event_middlewares(socket, event, index + 1);
    });
  });
  const auto middleware = socket->middlewares[index];
  const auto thrown = guarded("a middleware", [&] { (*middleware)(event, next); });
  if (thrown) next(Error{*thrown});
}

void ShardApplication::tell(SocketState& socket, std::string_view event, std::string_view text,
                            std::string_view more) {
  const Encoder first = encode_all(text);
  const Encoder second = encode_all(more);
  const std::string name(event);
  std::vector<json::Slice> slices{first.text()};
  if (!more.empty()) slices.emplace_back(second.text());
  call_all(socket, {name, slices, {}, std::nullopt});
}

// Its own id is a room too; one that came back has those that it had.
void ShardApplication::tell_of_rooms(SocketState& state, socketio::Socket& socket) {
  if (!state.nsp->room_events.wanted()) return;
  socket.observe_rooms();
  state.rooms_are_told = true;
  state.nsp->room_events.joined(rooms_of(socket), state.id);
}

void ShardApplication::on_joined(socketio::Socket& socket, std::string_view room) {
  const Scope scope(core_, shard_);
  const std::shared_ptr<SocketState> state = state_of(socket);
  if (!state->rooms_are_told || room == state->id) return;
  state->nsp->room_events.joined({std::string(room)}, state->id);
}

void ShardApplication::on_left(socketio::Socket& socket, std::string_view room) {
  const Scope scope(core_, shard_);
  const std::shared_ptr<SocketState> state = state_of(socket);
  if (!state->rooms_are_told || room == state->id) return;
  state->nsp->room_events.left({std::string(room)}, state->id);
}

void ShardApplication::on_disconnecting(socketio::Socket& socket, std::string_view reason) {
  const Scope scope(core_, shard_);
  const std::shared_ptr<SocketState> state = state_of(socket);
  state->close_detail = to_text(socket.connection()->session().close_detail());
  tell(*state, "disconnecting", reason, state->close_detail);
  if (!std::exchange(state->rooms_are_told, false)) return;
  state->nsp->room_events.left(rooms_of(socket), state->id);
}

void ShardApplication::on_disconnected(socketio::Socket& socket, std::string_view reason) {
  const Scope scope(core_, shard_);
  const std::shared_ptr<SocketState> state = state_of(socket);
  state->live = nullptr;
  state->connected = false;
  state->has_left = true;
  tell(*state, "disconnect", reason, state->close_detail);
  // Who comes back is told of as a new socket is, and given its handlers then.
  state->handlers.clear();
  state->any.clear();
  state->any_outgoing.clear();
  state->middlewares.clear();
  --state->nsp->sockets;
  core_.clean_up(state->nsp);
}

void ShardApplication::on_moved(const std::shared_ptr<const socketio::SocketData>& data,
                                unsigned shard) {
  state_of(data)->shard = shard;
}

void ShardApplication::on_bad_packet(socketio::Socket& socket) {
  const Scope scope(core_, shard_);
  tell(*state_of(socket), "error", "invalid packet");
}

void ShardApplication::on_outgoing(socketio::Socket& socket, const socketio::OutMessage& message) {
  const std::shared_ptr<SocketState> state = state_of(socket);
  if (state->any_outgoing.empty()) return;
  const Scope scope(core_, shard_);
  std::string_view text = message.text.payload();
  text.remove_prefix(1);  // Engine.IO's type.
  const auto packet = socketio::decode_packet(text);
  std::string scratch;
  socketio::Event decoded;
  if (!packet || !socketio::decode_event(packet->payload, scratch, decoded)) return;
  auto data = std::make_shared<EventData>();
  data->name = decoded.name;
  data->args.assign(decoded.args.begin(), decoded.args.end());
  if (message.attachments) {
    for (const auto& each : *message.attachments) data->attachments.emplace_back(each.payload());
  }
  const Event event(std::move(data));
  for (const AnyListener& each : std::vector(state->any_outgoing)) {
    (void)guarded("an onAnyOutgoing listener", [&] { (*each.fn)(event); });
  }
}

}  // namespace crema::library
