// The headers of the opening handshake are read or refused, never more.
#include "crema/base/check.h"
#include "crema/websocket/handshake.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace crema::websocket;
  const std::string_view header{reinterpret_cast<const char*>(data), size};
  if (const auto first = first_subprotocol(header)) {
    CREMA_ASSERT(*first && !(*first)->empty());
    CREMA_ASSERT((*first)->data() >= header.data());
    // What is offered alone is chosen again.
    CREMA_ASSERT(first_subprotocol(*first).value() == *first);
  }
  // A list of two is well formed exactly if both are.
  const bool well_formed = check_extensions(header).has_value();
  CREMA_ASSERT(check_extensions(std::string{header}.append(", a;b=c")).has_value() == well_formed);
  CREMA_ASSERT(!valid_key(header) || header.size() == 24);
  CREMA_ASSERT(accept_key(header).size() == 28);
  return 0;
}
