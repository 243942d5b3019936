// Requests read in pieces are the requests read at once, and none is larger than its bounds.
#include "crema/base/check.h"
#include "crema/http/request_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace {

using crema::http::Errc;
using crema::http::Limits;
using crema::http::Request;
using crema::http::RequestReader;

constexpr Limits kLimits{.head_bytes_max = 512, .headers_max = 8, .body_bytes_max = 64};

struct Outcome {
  std::vector<Request> requests;
  RequestReader::State state;
  std::optional<Errc> error;
};

void check_bounds(const Request& request) {
  CREMA_ASSERT(request.headers.size() <= kLimits.headers_max);
  CREMA_ASSERT(request.body.size() <= kLimits.body_bytes_max);
  CREMA_ASSERT(request.target.size() <= kLimits.head_bytes_max);
}

// Pieces have the sizes that `cuts` lists, again and again; an empty list means one piece.
Outcome read(std::string_view bytes, std::string_view cuts) {
  RequestReader reader{kLimits};
  Outcome out{};
  for (size_t at = 0, turn = 0; at < bytes.size(); ++turn) {
    const size_t piece =
        cuts.empty() ? bytes.size() : 1 + static_cast<uint8_t>(cuts[turn % cuts.size()]) % 32;
    const size_t taken = reader.feed(bytes.substr(at, piece));
    CREMA_ASSERT(taken <= std::min(piece, bytes.size() - at));
    at += taken;
    if (reader.state() == RequestReader::State::kFailed) break;
    if (reader.state() != RequestReader::State::kDone) continue;
    out.requests.push_back(reader.take());
    check_bounds(out.requests.back());
    CREMA_ASSERT(reader.idle());
  }
  out.state = reader.state();
  if (out.state == RequestReader::State::kFailed) out.error = reader.error();
  return out;
}

bool same(const Request& a, const Request& b) {
  return a.method == b.method && a.target == b.target && a.version == b.version &&
         a.headers == b.headers && a.body == b.body && a.keep_alive == b.keep_alive;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::string_view bytes = input.substr(std::min<size_t>(size, 4));
  const Outcome whole = read(bytes, {});
  for (const std::string_view cuts : {input.substr(0, 4), std::string_view{"\0", 1}}) {
    const Outcome cut = read(bytes, cuts);
    CREMA_ASSERT(cut.state == whole.state);
    CREMA_ASSERT(cut.error == whole.error);
    CREMA_ASSERT(std::ranges::equal(cut.requests, whole.requests, same));
  }
  return 0;
}
