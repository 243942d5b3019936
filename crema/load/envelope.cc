#include "crema/load/envelope.h"

#include "crema/load/room_plan.h"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>

namespace crema::load {
namespace {

std::optional<std::uint64_t> read_number(std::string_view text, std::size_t key, std::size_t skip) {
  if (key == std::string_view::npos) return std::nullopt;
  text.remove_prefix(key + skip);
  while (!text.empty() && (text.front() == ' ' || text.front() == '"')) text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return value;
}

}  // namespace

std::string make_envelope(const Options& options, Stamp stamp) {
  return fmt::format(
      "{{\n \"event\": \"{}\",\n \"message\": {{\n  \"n\": {},\n  \"pad\": \"{:x>{}}\",\n"
      "  \"t\": \"{}\"\n }},\n \"namespace\": \"{}\",\n \"room\": \"{}\"\n}}",
      options.event, stamp.sequence, "", options.padding_bytes, stamp.sent_ns, options.site,
      room_of(options, stamp.sequence));
}

std::string event_prefix(const Options& options) {
  if (options.site.empty()) return fmt::format("42[\"{}\",", options.event);
  return fmt::format("42/{},[\"{}\",", options.site, options.event);
}

std::optional<Stamp> read_stamp(std::string_view argument) {
  constexpr std::string_view kSequenceKey = "\"n\":";
  constexpr std::string_view kTimeKey = "\"t\":";
  const auto sequence = read_number(argument, argument.find(kSequenceKey), kSequenceKey.size());
  const auto sent = read_number(argument, argument.rfind(kTimeKey), kTimeKey.size());
  if (!sequence || !sent) return std::nullopt;
  return Stamp{.sequence = *sequence, .sent_ns = *sent};
}

}  // namespace crema::load
