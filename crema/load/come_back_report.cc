#include "crema/load/come_back_report.h"

#include <fmt/format.h>

namespace crema::load {
namespace {

std::string spread_json(const Spread& spread) {
  return fmt::format(R"({{"count":{},"median":{:.1f},"p99":{:.1f},"last":{:.1f}}})", spread.count,
                     spread.median_ms, spread.p99_ms, spread.last_ms);
}

std::string spread_text(const Spread& spread) {
  if (spread.count == 0) return "nobody";
  return fmt::format("{}; median {:.0f}, p99 {:.0f}, last {:.0f} ms", spread.count,
                     spread.median_ms, spread.p99_ms, spread.last_ms);
}

// A reason is what a server sent, or a system's message: any byte may be in it.
std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (code < 0x20 || code >= 0x7f) {
      json += fmt::format("\\u{:04x}", code);
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string reasons_json(const Homecoming::Reasons& reasons) {
  std::string json;
  for (const auto& [reason, count] : reasons) {
    json += fmt::format("{}{}:{}", json.empty() ? "" : ",", quoted(reason), count);
  }
  return '{' + json + '}';
}

std::string reasons_text(const Homecoming::Reasons& reasons) {
  std::string text;
  for (const auto& [reason, count] : reasons)
    text += fmt::format("            {} {}\n", count, reason);
  return text;
}

std::int64_t since_epoch_ms(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::string ready_text(const Options& options, std::chrono::nanoseconds gathering) {
  return fmt::format("ready       {} in {:.2f} s", options.connections, seconds(gathering));
}

std::string ready_json(const Options& options, std::chrono::nanoseconds gathering) {
  return fmt::format(R"({{"ready":{},"seconds":{:.3f}}})", options.connections, seconds(gathering));
}

std::string to_json(const Options& options, const ComeBack& found) {
  const auto& home = found.homecoming;
  return fmt::format(
      R"({{"connections":{},"is_well":{},"lost":{},"back":{},"upgraded":{},"recovered":{},)"
      R"("heard":{},"gave_up":{},"refused":{},"attempts_max":{},"losses_max":{},)"
      R"("back_since_lost_ms":{},"back_since_answer_ms":{},"heard_since_answer_ms":{},)"
      R"("first_lost_at_ms":{},"first_answer_at_ms":{},"gave_up_reasons":{},"refused_reasons":{},)"
      R"("cpu_seconds":{:.3f}}})",
      home.connections, found.is_well(options), home.lost, home.back_since_lost.count,
      home.upgraded, home.recovered, home.heard_since_answer.count, home.gave_up, home.refused,
      home.attempts_max, home.losses_max, spread_json(home.back_since_lost),
      spread_json(home.back_since_answer), spread_json(home.heard_since_answer),
      since_epoch_ms(found.first_lost_at), since_epoch_ms(found.first_answer_at),
      reasons_json(home.gave_up_reasons), reasons_json(home.refused_reasons), seconds(found.cpu));
}

std::string to_text(const Options& options, const ComeBack& found) {
  const auto& home = found.homecoming;
  auto text = fmt::format("lost        {} of {}", home.lost, home.connections);
  if (home.losses_max > 1) text += fmt::format(", {} times at most", home.losses_max);
  text += fmt::format("\nback        {}, each from its loss\n", spread_text(home.back_since_lost));
  text += fmt::format("            {}, from the server's first answer\n",
                      spread_text(home.back_since_answer));
  if (options.transport == Transport::kUpgrade) {
    text += fmt::format("upgraded    {}\n", home.upgraded);
  }
  text += fmt::format("recovered   {}\n", home.recovered);
  if (options.publishes()) {
    text += fmt::format("heard       {}, from the server's first answer\n",
                        spread_text(home.heard_since_answer));
  }
  text += fmt::format("attempts    {} at most\n", home.attempts_max);
  text += fmt::format("gave up     {}\n{}", home.gave_up, reasons_text(home.gave_up_reasons));
  text += fmt::format("refused     {}\n{}", home.refused, reasons_text(home.refused_reasons));
  return text + fmt::format("CPU         {:.2f} s of this process\n", seconds(found.cpu));
}

}  // namespace crema::load
