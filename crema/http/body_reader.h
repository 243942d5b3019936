// Takes a body out of the stream, by its framing.
#pragma once

#include "crema/http/config.h"
#include "crema/http/framing.h"
#include "crema/http/line_scanner.h"
#include "crema/http/step.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace crema::http {

// The chunked coding:
//
//   kFirstDigit ──▶ kSize ──;──▶ kExtension ──CR──▶ kSizeLf ──▶ kData ──▶ kDataCr ──▶ kDataLf
//     ▲               └───────────CR──────────────────▲ └─size 0─▶ kTrailers ──▶ done       │
//     └─────────────────────────────────────────────────────────────────────────────────────┘
//
// Extensions and trailers are skipped; both are bounded. Decoded bytes are appended as they come:
// nothing is reserved because a header announces it.
class BodyReader {
 public:
  // The body ends at once when `framing` is unstated or its length is 0.
  BodyReader(const Framing& framing, const Limits& limits);

  // Takes bytes up to the end of the body. With nothing left to read it says kDone, even without
  // input; a body until close never does. Errors: kBadRequest, kBodyTooLarge, kHeadTooLarge
  // (the trailers).
  [[nodiscard]] Step feed(std::string_view bytes, std::string& body);

 private:
  enum class State : uint8_t {
    kFirstDigit,
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailers,
  };

  [[nodiscard]] Step feed_length(std::string_view bytes, std::string& body);
  [[nodiscard]] Step feed_until_close(std::string_view bytes, std::string& body);
  [[nodiscard]] Step feed_chunked(std::string_view bytes, std::string& body);
  [[nodiscard]] Step feed_trailers(std::string_view bytes);
  // One byte of what is neither data nor trailer; false when it cannot stand there.
  [[nodiscard]] bool on_frame_byte(char c);
  [[nodiscard]] bool on_size_byte(char c);

  // Fixed at construction.
  Framing::Kind kind_;
  size_t trailer_bytes_max_;

  // Bytes of the body that may still come.
  size_t room_;
  // Bytes of the body, or of the chunk, that are still to come.
  uint64_t left_ = 0;
  size_t line_bytes_ = 0;
  size_t trailer_bytes_ = 0;
  State state_ = State::kFirstDigit;
  LineScanner trailers_{LineScanner::After::kLine};
};

}  // namespace crema::http
