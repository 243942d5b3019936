// Complete heads to values: the only place that knows Boost.Beast.
#pragma once

#include "crema/base/result.h"
#include "crema/http/config.h"
#include "crema/http/errc.h"
#include "crema/http/header.h"
#include "crema/http/request.h"

#include <string_view>
#include <vector>

namespace crema::http {

struct ResponseHead {
  unsigned status = 0;
  unsigned version = 11;
  std::vector<Header> headers;
};

// `head` ends with its empty line. The body of the request is left empty, keep_alive is set.
// Checks what the parser lets through: bytes beyond ASCII in the target, the number of headers,
// and `Host` exactly once in HTTP/1.1, at most once in 1.0. Lines are `LineScanner`'s business,
// the framing `framing_of`'s. Errors: kBadRequest, kTargetTooLong, kHeadTooLarge (more headers than
// may be).
[[nodiscard]] base::Result<Request, Errc> parse_request_head(std::string_view head,
                                                             const Limits& limits);

// Errors: kBadResponse.
[[nodiscard]] base::Result<ResponseHead, Errc> parse_response_head(std::string_view head,
                                                                   const Limits& limits);

// Whether the target of a head, complete or cut off, is longer than kTargetBytesMax.
[[nodiscard]] bool target_too_long(std::string_view head);

// Whether the sender of these headers wants the connection to stay open.
[[nodiscard]] bool wants_keep_alive(unsigned version, const std::vector<Header>& headers);

}  // namespace crema::http
