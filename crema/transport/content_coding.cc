#include "crema/transport/content_coding.h"

#include "crema/compress/compress.h"
#include "crema/http/accept_encoding.h"

#include <array>
#include <string_view>

namespace crema::transport {

using compress::Coding;

void compress_body(const http::Request& request, http::Response& response,
                   std::optional<size_t> from_bytes) {
  static const std::array kOffers{compress::name_of(Coding::kGzip),
                                  compress::name_of(Coding::kDeflate)};
  if (!from_bytes || response.body.size() < *from_bytes) return;
  const auto accept = request.header("accept-encoding");
  const auto chosen = accept ? http::preferred_encoding(*accept, kOffers) : std::nullopt;
  if (!chosen) return;
  auto smaller = compress::compress(*chosen == 0 ? Coding::kGzip : Coding::kDeflate, response.body);
  if (!smaller) return;
  response.body = std::move(*smaller);
  response.headers.push_back({"Content-Encoding", std::string(kOffers[*chosen])});
}

}  // namespace crema::transport
