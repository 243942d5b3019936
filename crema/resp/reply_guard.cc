#include "crema/resp/reply_guard.h"

#include <algorithm>
#include <charconv>

namespace crema::resp {

base::Result<ReplyGuard::Scan, Errc> ReplyGuard::scan(std::string_view bytes) {
  size_t consumed = 0;
  is_whole_ = false;
  while (!is_whole_ && consumed < bytes.size()) {
    // One byte more than there may be: what follows it is not looked at, however it arrives.
    const Step taken = step(bytes.substr(consumed, limits_.bulk_bytes_max - reply_bytes_ + 1));
    if (!taken) return base::fail(taken.error());
    consumed += *taken;
    reply_bytes_ += *taken;
    if (reply_bytes_ > limits_.bulk_bytes_max) return base::fail(Errc::kTooLarge);
  }
  const Scan scan{consumed, is_whole_, 1 + elements_, reply_bytes_};
  if (is_whole_) reply_bytes_ = elements_ = 0;
  return scan;
}

ReplyGuard::Step ReplyGuard::step(std::string_view bytes) {
  switch (state_) {
    case State::kType:
      return on_type(bytes);
    case State::kLength:
      return on_length(bytes);
    case State::kLine:
      return on_line(bytes);
    case State::kBulk:
      return on_bulk(bytes);
    case State::kBulkEnd:
      return on_bulk_end(bytes.front());
  }
  return base::fail(Errc::kMalformed);
}

ReplyGuard::Step ReplyGuard::on_type(std::string_view bytes) {
  type_ = bytes.front();
  switch (type_) {
    case '$':
    case '*': {
      length_size_ = 0;
      state_ = State::kLength;
      const Step taken = on_length(bytes.substr(1));
      return taken ? Step(1 + *taken) : taken;
    }
    case '+':
    case '-':
    case ':':
      after_cr_ = false;
      state_ = State::kLine;
      return 1;
    default:
      return base::fail(Errc::kMalformed);
  }
}

// The line ends at the first CR LF; a CR or LF alone belongs to it, as hiredis has it.
ReplyGuard::Step ReplyGuard::on_line(std::string_view bytes) {
  if (after_cr_ && bytes.front() == '\n') {
    end_element();
    return 1;
  }
  const size_t cr = bytes.find('\r');
  after_cr_ = cr != std::string_view::npos;
  return after_cr_ ? cr + 1 : bytes.size();
}

ReplyGuard::Step ReplyGuard::on_length(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (length_size_ > 0 && length_[length_size_ - 1] == '\r') {
      if (bytes[i] != '\n') return base::fail(Errc::kMalformed);
      const auto begun = end_length();
      return begun ? Step(i + 1) : base::fail(begun.error());
    }
    if (length_size_ == length_.size()) return base::fail(Errc::kMalformed);
    length_[length_size_++] = bytes[i];
  }
  return bytes.size();
}

base::Result<void, Errc> ReplyGuard::end_length() {
  const std::string_view text(length_.data(), length_size_ - 1);
  if (text == "-1") {
    end_element();
    return {};
  }
  size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error == std::errc::result_out_of_range) return base::fail(Errc::kTooLarge);
  if (error != std::errc{} || end != text.data() + text.size()) return base::fail(Errc::kMalformed);
  return type_ == '$' ? begin_bulk(length) : begin_array(length);
}

base::Result<void, Errc> ReplyGuard::begin_bulk(size_t length) {
  if (length > limits_.bulk_bytes_max) return base::fail(Errc::kTooLarge);
  missing_ = length > 0 ? length : 2;
  state_ = length > 0 ? State::kBulk : State::kBulkEnd;
  return {};
}

base::Result<void, Errc> ReplyGuard::begin_array(size_t elements) {
  if (elements > limits_.elements_max - elements_) return base::fail(Errc::kTooManyElements);
  if (open_arrays_.size() >= limits_.depth_max) return base::fail(Errc::kTooDeep);
  elements_ += elements;
  if (elements == 0) {
    end_element();
    return {};
  }
  open_arrays_.push_back(elements);
  state_ = State::kType;
  return {};
}

ReplyGuard::Step ReplyGuard::on_bulk(std::string_view bytes) {
  if (bytes.size() > missing_ + 1 && bytes.substr(missing_, 2) == "\r\n") {
    end_element();
    return missing_ + 2;
  }
  const size_t taken = std::min(missing_, bytes.size());
  missing_ -= taken;
  if (missing_ == 0) {
    missing_ = 2;
    state_ = State::kBulkEnd;
  }
  return taken;
}

ReplyGuard::Step ReplyGuard::on_bulk_end(char next) {
  if (next != (missing_ == 2 ? '\r' : '\n')) return base::fail(Errc::kMalformed);
  if (--missing_ == 0) end_element();
  return 1;
}

// An element may be the last of its array, which may be the last of its own, and so on.
void ReplyGuard::end_element() {
  state_ = State::kType;
  while (!open_arrays_.empty() && --open_arrays_.back() == 0) open_arrays_.pop_back();
  is_whole_ = open_arrays_.empty();
}

}  // namespace crema::resp
