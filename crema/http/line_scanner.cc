#include "crema/http/line_scanner.h"

namespace crema::http {
namespace {

using Progress = Step::Progress;

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

}  // namespace

LineScanner::LineScanner(After after)
    : state_(after == After::kLine ? State::kLineStart : State::kText) {}

Step LineScanner::feed(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const Progress progress = on_byte(bytes[i]);
    if (progress != Progress::kMore) return {progress, i + 1};
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
      return is_text(c) ? Progress::kMore : Progress::kFailed;
    case State::kCr:
      state_ = State::kLineStart;
      return c == '\n' ? Progress::kMore : Progress::kFailed;
    case State::kEmptyCr:
      return c == '\n' ? Progress::kDone : Progress::kFailed;
  }
  return Progress::kFailed;
}

}  // namespace crema::http
