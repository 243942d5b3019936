#include "crema/engineio/payload.h"

#include "crema/base/base64.h"

#include <algorithm>

namespace crema::engineio {

bool PayloadCursor::next(std::string_view& packet) {
  if (ended_) return false;
  const size_t end = rest_.find(kRecordSeparator);
  packet = rest_.substr(0, end);
  ended_ = end == std::string_view::npos;
  rest_.remove_prefix(ended_ ? rest_.size() : end + 1);
  return true;
}

size_t count_packets(std::string_view payload) {
  return 1 + static_cast<size_t>(std::ranges::count(payload, kRecordSeparator));
}

void append_packets(std::string& body, const OutPacket& packets) {
  packets.for_each([&body](std::string_view payload, bool is_binary) {
    if (!body.empty()) body.push_back(kRecordSeparator);
    if (!is_binary) {
      body.append(payload);
      return;
    }
    body.push_back('b');
    base::append_base64(body, payload);
  });
}

}  // namespace crema::engineio
