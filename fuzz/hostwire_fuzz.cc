// What a handler host sends, whole and byte by byte: both must give the same messages and the same
// error, and what is accepted is within its bounds.
#include "crema/base/check.h"
#include "crema/hostwire/config.h"
#include "crema/hostwire/host_message.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace crema::hostwire;  // NOLINT: a program of one file.

void append(std::string& out, const HostMessage& message, const FrameView& frame) {
  out += static_cast<char>('A' + static_cast<int>(message.type));
  for (const auto* text : {&message.site, &message.socket, &message.event, &message.app,
                           &message.file, &message.text, &message.doctype, &message.name}) {
    CREMA_ASSERT(text->size() <= kTextBytesMax);
    out.append(*text).append("|");
  }
  CREMA_ASSERT(message.rooms.size() <= kRoomsMax && message.except.size() <= kRoomsMax);
  for (const std::string& room : message.rooms) out.append(room).append(",");
  CREMA_ASSERT(message.args.empty() || (message.args.front() == '[' && message.args.back() == ']'));
  out.append(message.args).append(std::to_string(message.call.value_or(0)));
  for (const std::string_view attachment : frame.attachments) out.append(attachment).append("/");
}

// False after an error.
bool drain(FrameReader& reader, std::string& out) {
  std::string scratch;
  for (;;) {
    const auto frame = reader.next();
    if (!frame) out += static_cast<char>('a' + static_cast<int>(frame.error()));
    if (!frame) return false;
    if (!*frame) return true;
    CREMA_ASSERT((*frame)->attachments.size() <= kAttachmentsMax);
    const auto message = read_host_message(**frame, scratch);
    if (message) {
      append(out, *message, **frame);
    } else {
      out += static_cast<char>('0' + static_cast<int>(message.error()));
    }
  }
}

std::string read(std::string_view bytes, size_t step) {
  FrameReader reader;
  std::string out;
  bool good = true;
  for (size_t at = 0; good && at < bytes.size(); at += step) {
    reader.feed(bytes.substr(at, step));
    good = drain(reader, out);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CREMA_ASSERT(read(bytes, size + 1) == read(bytes, 1));
  return 0;
}
