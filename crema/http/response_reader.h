// Bytes to responses, for our own calls to the web process.
//
//   kHead ──head──▶ kBody ──last byte, or end of stream──▶ kDone ──take()──▶ kHead
//     │ ▲ 1xx                                                ▲
//     │ └──┘  └──no body (204, 304, length 0)────────────────┘
//     └──error──▶ kFailed ◀──error, or end of stream too early── kBody
#pragma once

#include "crema/http/config.h"
#include "crema/http/errc.h"
#include "crema/http/response.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace crema::http {

// Reads the response to a request that was neither HEAD nor CONNECT. Bodies by Content-Length,
// chunked, or until the stream ends; announced lengths are a bound, never an allocation; nothing
// is decompressed (we never send Accept-Encoding). Interim answers (1xx) are skipped.
class ResponseReader {
 public:
  enum class State : uint8_t { kHead, kBody, kDone, kFailed };

  explicit ResponseReader(const Limits& limits);
  ResponseReader(ResponseReader&&) noexcept;
  ResponseReader& operator=(ResponseReader&&) noexcept;
  ~ResponseReader();

  [[nodiscard]] State state() const;
  // No byte of a response was seen since the last `take`.
  [[nodiscard]] bool idle() const { return work_ == nullptr; }
  // Only in kFailed.
  [[nodiscard]] Errc error() const;
  // Only in kDone: the connection can carry another request.
  [[nodiscard]] bool keep_alive() const;

  // Takes bytes up to the end of one response and returns how many. Takes nothing in kDone and
  // kFailed. Errors (state kFailed): kBadResponse, kHeadTooLarge, kBodyTooLarge.
  size_t feed(std::string_view bytes);
  // The stream ended. Completes a body that has no length; in kDone it changes nothing.
  // Errors (state kFailed): kClosedEarly.
  void on_eof();
  // Only in kDone. Hands the response over and begins the next.
  [[nodiscard]] Response take();

 private:
  struct Work;

  // Fixed at construction.
  Limits limits_;

  // Only while a response is under way.
  std::unique_ptr<Work> work_;
};

}  // namespace crema::http
