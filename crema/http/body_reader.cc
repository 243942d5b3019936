#include "crema/http/body_reader.h"

#include <algorithm>

namespace crema::http {
namespace {

using Progress = Step::Progress;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_extension_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

}  // namespace

BodyReader::BodyReader(const Framing& framing, const Limits& limits)
    : kind_(framing.kind),
      trailer_bytes_max_(limits.head_bytes_max),
      room_(limits.body_bytes_max),
      left_(framing.length) {}

Step BodyReader::feed(std::string_view bytes, std::string& body) {
  switch (kind_) {
    case Framing::Kind::kUnstated:
      return {Progress::kDone, 0};
    case Framing::Kind::kLength:
      return feed_length(bytes, body);
    case Framing::Kind::kChunked:
      return feed_chunked(bytes, body);
    case Framing::Kind::kUntilClose:
      return feed_until_close(bytes, body);
  }
  return {Progress::kFailed, 0};
}

Step BodyReader::feed_length(std::string_view bytes, std::string& body) {
  if (left_ > room_) return {Progress::kFailed, 0, Errc::kBodyTooLarge};
  const std::string_view taken = bytes.substr(0, left_);
  body += taken;
  left_ -= taken.size();
  room_ -= taken.size();
  return {left_ == 0 ? Progress::kDone : Progress::kMore, taken.size()};
}

Step BodyReader::feed_until_close(std::string_view bytes, std::string& body) {
  if (bytes.size() > room_) return {Progress::kFailed, 0, Errc::kBodyTooLarge};
  body += bytes;
  room_ -= bytes.size();
  return {Progress::kMore, bytes.size()};
}

Step BodyReader::feed_chunked(std::string_view bytes, std::string& body) {
  size_t at = 0;
  while (at < bytes.size()) {
    if (state_ == State::kTrailers) {
      Step step = feed_trailers(bytes.substr(at));
      step.consumed += at;
      return step;
    }
    if (state_ == State::kData) {
      const std::string_view taken = bytes.substr(at, left_);
      body += taken;
      left_ -= taken.size();
      at += taken.size();
      if (left_ == 0) state_ = State::kDataCr;
      continue;
    }
    if (!on_frame_byte(bytes[at++])) return {Progress::kFailed, at};
    if (left_ > room_) return {Progress::kFailed, at, Errc::kBodyTooLarge};
    if (state_ == State::kData) room_ -= left_;
  }
  return {Progress::kMore, at};
}

bool BodyReader::on_frame_byte(char c) {
  switch (state_) {
    case State::kFirstDigit:
    case State::kSize:
    case State::kExtension:
      return on_size_byte(c);
    case State::kSizeLf:
      state_ = left_ == 0 ? State::kTrailers : State::kData;
      return c == '\n';
    case State::kDataCr:
      state_ = State::kDataLf;
      return c == '\r';
    case State::kDataLf:
      state_ = State::kFirstDigit;
      line_bytes_ = 0;
      return c == '\n';
    case State::kData:
    case State::kTrailers:
      break;
  }
  return false;
}

bool BodyReader::on_size_byte(char c) {
  if (++line_bytes_ > kChunkLineBytesMax) return false;
  if (state_ != State::kFirstDigit && c == '\r') {
    state_ = State::kSizeLf;
    return true;
  }
  if (state_ == State::kExtension) return is_extension_byte(c);
  if (state_ == State::kSize && c == ';') {
    state_ = State::kExtension;
    return true;
  }
  const int digit = hex_digit(c);
  if (digit < 0) return false;
  // Cannot overflow: a size beyond room_ fails before its next digit.
  left_ = left_ * 16 + static_cast<uint64_t>(digit);
  state_ = State::kSize;
  return true;
}

Step BodyReader::feed_trailers(std::string_view bytes) {
  const std::string_view room = bytes.substr(0, trailer_bytes_max_ - trailer_bytes_);
  const Step step = trailers_.feed(room);
  trailer_bytes_ += step.consumed;
  if (step.progress == Progress::kMore && trailer_bytes_ == trailer_bytes_max_) {
    return {Progress::kFailed, step.consumed, Errc::kHeadTooLarge};
  }
  return step;
}

}  // namespace crema::http
