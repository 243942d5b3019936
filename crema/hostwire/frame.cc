#include "crema/hostwire/frame.h"

#include "crema/hostwire/config.h"

#include <cstdint>

namespace crema::hostwire {
namespace {

constexpr size_t kNumberBytes = 4;

void append_number(std::string& out, size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

size_t number_at(std::string_view bytes) {
  size_t value = 0;
  for (size_t i = 0; i < kNumberBytes; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// Takes a number and as many bytes from the front.
bool take_sized(std::string_view& rest, std::string_view& taken) {
  if (rest.size() < kNumberBytes) return false;
  const size_t size = number_at(rest);
  rest.remove_prefix(kNumberBytes);
  if (size > rest.size()) return false;
  taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return true;
}

}  // namespace

void append_frame(std::string& out, std::string_view head,
                  std::span<const std::string> attachments) {
  size_t size = kNumberBytes + head.size();
  for (const std::string& attachment : attachments) size += kNumberBytes + attachment.size();
  append_number(out, size);
  append_number(out, head.size());
  out.append(head);
  for (const std::string& attachment : attachments) {
    append_number(out, attachment.size());
    out.append(attachment);
  }
}

void FrameReader::feed(std::string_view bytes) {
  buffer_.erase(0, taken_);
  taken_ = 0;
  buffer_.append(bytes);
}

Result<std::optional<FrameView>> FrameReader::next() {
  std::string_view rest = std::string_view(buffer_).substr(taken_);
  if (rest.size() < kNumberBytes) return std::nullopt;
  const size_t size = number_at(rest);
  if (size > kFrameBytesMax) return base::fail(Errc::kTooLarge);
  rest.remove_prefix(kNumberBytes);
  if (rest.size() < size) return std::nullopt;
  rest = rest.substr(0, size);
  FrameView frame;
  if (!take_sized(rest, frame.head)) return base::fail(Errc::kBadFrame);
  while (!rest.empty()) {
    std::string_view attachment;
    if (!take_sized(rest, attachment) || frame.attachments.size() == kAttachmentsMax) {
      return base::fail(Errc::kBadFrame);
    }
    frame.attachments.push_back(attachment);
  }
  taken_ += kNumberBytes + size;
  return frame;
}

}  // namespace crema::hostwire
