// Bytes to requests, one at a time.
//
//   kHead ──head complete──▶ kBody ──last byte──▶ kDone ──take()──▶ kHead
//     │  └──no body announced──────────────────────▲
//     └──────────error────────▶ kFailed ◀──error── kBody
#pragma once

#include "crema/http/config.h"
#include "crema/http/errc.h"
#include "crema/http/request.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace crema::http {

// Reads one request, however its bytes are cut. Owns memory only from a request's first byte to
// its `take`: an idle reader is a few words. Stricter than the grammar where leniency is how
// requests are smuggled. Source: spec hostile-input.md, "WebSocket / HTTP".
class RequestReader {
 public:
  enum class State : uint8_t { kHead, kBody, kDone, kFailed };

  explicit RequestReader(const Limits& limits);
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;
  ~RequestReader();

  [[nodiscard]] State state() const;
  // No byte of a request was seen since the last `take`.
  [[nodiscard]] bool idle() const { return work_ == nullptr; }
  // The head says `Expect: 100-continue` and no byte of the body has come.
  [[nodiscard]] bool expects_continue() const;
  // Only in kFailed.
  [[nodiscard]] Errc error() const;
  // From kBody on, and in kFailed with kBodyTooLarge: the head is complete, the body may not be.
  // In every other state it is empty.
  [[nodiscard]] const Request& request() const;

  // Takes bytes up to the end of one request and returns how many; what follows (a pipelined
  // request, bytes of an upgraded protocol) stays with the caller. Takes nothing in kDone and
  // kFailed. Errors (state kFailed): kBadRequest, kHeadTooLarge, kTargetTooLong, kBodyTooLarge.
  size_t feed(std::string_view bytes);
  // Only in kDone. Hands the request over and begins the next.
  [[nodiscard]] Request take();

 private:
  struct Work;

  // Fixed at construction.
  Limits limits_;

  // Only while a request is under way.
  std::unique_ptr<Work> work_;
};

}  // namespace crema::http
