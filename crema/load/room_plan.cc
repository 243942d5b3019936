#include "crema/load/room_plan.h"

namespace crema::load {
namespace {

constexpr std::string_view kRoomMark = "{r}";

bool is_numbered(const Options& options) {
  return options.rooms != 0 && options.room.find(kRoomMark) != std::string::npos;
}

}  // namespace

std::vector<std::uint32_t> rooms_of(const Options& options, std::uint32_t connection) {
  if (options.rooms == 0) return {};
  if (options.rooms <= options.connections) return {connection % options.rooms};
  std::vector<std::uint32_t> rooms;
  for (auto room = connection; room < options.rooms; room += options.connections) {
    rooms.push_back(room);
  }
  return rooms;
}

std::string room_of(const Options& options, std::uint64_t sequence) {
  if (!is_numbered(options)) return options.room;
  return replace_mark(options.room, kRoomMark, sequence % options.rooms);
}

std::uint32_t receivers(const Options& options) {
  if (!is_numbered(options)) return options.connections - options.stuck;
  return options.rooms < options.connections ? options.connections / options.rooms : 1;
}

std::uint32_t messages_to_all(const Options& options) {
  return is_numbered(options) ? options.rooms : 1;
}

std::string find_fault(const Options& options) {
  if (options.come_back.count() != 0) {
    if (options.stuck != 0 || options.echo_depth != 0 || options.hold.count() != 0) {
      return "--come-back goes with neither --stuck, --echo-depth nor --hold";
    }
  }
  if (options.stuck >= options.connections) return "--stuck leaves nobody who reads";
  if (options.rooms == 0) return {};
  if (options.stuck != 0) return "--stuck and --rooms do not go together";
  const bool even = options.rooms < options.connections ? options.connections % options.rooms == 0
                                                        : options.rooms % options.connections == 0;
  return even ? std::string() : "--rooms and --connections: one must divide the other";
}

std::string replace_mark(std::string text, std::string_view mark, std::uint64_t number) {
  const std::string digits = std::to_string(number);
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), digits);
  }
  return text;
}

}  // namespace crema::load
