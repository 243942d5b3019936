// Frames of the host protocol: a JSON head and binary attachments.
//
//   u32 length of what follows │ u32 length of the head │ head │ { u32 length │ bytes } …
//
// Numbers are big-endian. Source: docs/protocol/apphost.md, "Frames".
#pragma once

#include "crema/hostwire/errc.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crema::hostwire {

// Borrowed from the reader until it is fed again.
struct FrameView {
  std::string_view head;
  std::vector<std::string_view> attachments;
};

// Appends one frame. The head is at most kFrameBytesMax with its attachments.
void append_frame(std::string& out, std::string_view head,
                  std::span<const std::string> attachments = {});

// Bytes in, frames out. Keeps one incomplete frame at most, so kFrameBytesMax and what was fed.
class FrameReader {
 public:
  void feed(std::string_view bytes);
  // The next whole frame; nothing until more is fed. After an error it stays in error.
  // Errors: kTooLarge, kBadFrame.
  [[nodiscard]] Result<std::optional<FrameView>> next();

 private:
  std::string buffer_;
  size_t taken_ = 0;
};

}  // namespace crema::hostwire
