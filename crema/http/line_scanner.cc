#include "crema/http/line_scanner.h"

#include <algorithm>

namespace crema::http {
namespace {

using Progress = Step::Progress;

constexpr auto kIsText = [](char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\t';
};

}  // namespace

LineScanner::LineScanner(After after)
    : state_(after == After::kLine ? State::kLineStart : State::kText) {}

Step LineScanner::feed(std::string_view bytes) {
  const auto end = bytes.end();
  for (auto at = bytes.begin(); at != end; ++at) {
    if (state_ == State::kText) at = std::find_if_not(at, end, kIsText);  // Nearly all of them.
    if (at == end) break;
    const Progress progress = on_byte(*at);
    if (progress != Progress::kMore) {
      return {progress, static_cast<size_t>(at - bytes.begin()) + 1};
    }
  }
  return {Progress::kMore, bytes.size()};
}

Progress LineScanner::on_byte(char c) {
  switch (state_) {
    case State::kLineStart:
      if (c == ' ' || c == '\t') return Progress::kFailed;
      [[fallthrough]];
    case State::kText:
      if (c == '\r') {
        state_ = state_ == State::kText ? State::kCr : State::kEmptyCr;
        return Progress::kMore;
      }
      state_ = State::kText;
      return kIsText(c) ? Progress::kMore : Progress::kFailed;
    case State::kCr:
      state_ = State::kLineStart;
      return c == '\n' ? Progress::kMore : Progress::kFailed;
    case State::kEmptyCr:
      return c == '\n' ? Progress::kDone : Progress::kFailed;
  }
  return Progress::kFailed;
}

}  // namespace crema::http
