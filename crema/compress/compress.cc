#include "crema/compress/compress.h"

#include "crema/base/check.h"

#include <limits>
#include <zlib.h>

namespace crema::compress {
namespace {

// The fastest: a shard serves thousands of clients while one body is compressed, and the size
// that a higher level saves on JSON is small.
constexpr int kLevel = Z_BEST_SPEED;
constexpr int kWindowBits = 15;
constexpr int kGzipFlag = 16;  // Added to the window bits: a gzip header, not zlib's.
constexpr int kMemoryLevel = 8;

}  // namespace

std::string_view name_of(Coding coding) { return coding == Coding::kGzip ? "gzip" : "deflate"; }

std::optional<std::string> compress(Coding coding, std::string_view body) {
  if (body.size() > std::numeric_limits<uInt>::max()) return std::nullopt;
  z_stream stream{};
  const int window = coding == Coding::kGzip ? kWindowBits + kGzipFlag : kWindowBits;
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, window, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  const size_t size = stream.total_out;
  deflateEnd(&stream);
  CREMA_ASSERT(result == Z_STREAM_END);  // deflateBound is an upper bound.
  out.resize(size);
  out.shrink_to_fit();
  return out;
}

}  // namespace crema::compress
