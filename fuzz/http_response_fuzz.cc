// A response read in pieces is the response read at once, whether or not the stream ends there.
#include "crema/base/check.h"
#include "crema/http/response_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace {

using crema::http::Errc;
using crema::http::Limits;
using crema::http::Response;
using crema::http::ResponseReader;

constexpr Limits kLimits{.head_bytes_max = 512, .headers_max = 8, .body_bytes_max = 64};

struct Outcome {
  ResponseReader::State state;
  std::optional<Errc> error;
  bool keep_alive = false;
  Response response;
};

Outcome read(std::string_view bytes, size_t piece) {
  ResponseReader reader{kLimits};
  for (size_t at = 0; at < bytes.size();) {
    const size_t taken = reader.feed(bytes.substr(at, piece));
    CREMA_ASSERT(taken <= std::min(piece, bytes.size() - at));
    if (taken == 0) break;
    at += taken;
  }
  if (bytes.size() % 2 == 0) reader.on_eof();
  Outcome out{.state = reader.state(), .error = {}, .response = {}};
  if (out.state == ResponseReader::State::kFailed) out.error = reader.error();
  if (out.state != ResponseReader::State::kDone) return out;
  out.keep_alive = reader.keep_alive();
  out.response = reader.take();
  CREMA_ASSERT(out.response.headers.size() <= kLimits.headers_max);
  CREMA_ASSERT(out.response.body.size() <= kLimits.body_bytes_max);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const Outcome whole = read(bytes, bytes.size() + 1);
  for (const size_t piece : {size_t{1}, size_t{1} + data[0] % 32}) {
    const Outcome cut = read(bytes, piece);
    CREMA_ASSERT(cut.state == whole.state);
    CREMA_ASSERT(cut.error == whole.error);
    CREMA_ASSERT(cut.keep_alive == whole.keep_alive);
    CREMA_ASSERT(cut.response.status == whole.response.status);
    CREMA_ASSERT(cut.response.headers == whole.response.headers);
    CREMA_ASSERT(cut.response.body == whole.response.body);
  }
  return 0;
}
