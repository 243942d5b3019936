// Bytes to replies: hiredis' reader behind bounds of our own.
#pragma once

#include "crema/base/result.h"
#include "crema/resp/config.h"
#include "crema/resp/errc.h"
#include "crema/resp/reply.h"
#include "crema/resp/reply_guard.h"

#include <memory>
#include <optional>
#include <string_view>

struct redisReader;  // hiredis'

namespace crema::resp {

// Holds the bytes of an incomplete reply only, at most Limits::bulk_bytes_max.
class ReplyReader {
 public:
  explicit ReplyReader(Limits limits = {});
  ~ReplyReader();
  ReplyReader(ReplyReader&&) noexcept;
  ReplyReader& operator=(ReplyReader&&) noexcept;

  // Borrows `bytes` until `next` has returned nothing or an error; only then may more be fed.
  void feed(std::string_view bytes);
  // The next whole reply; nothing when more bytes are needed. An error is final: every later call
  // returns it, and the connection has to be closed.
  // Errors: all of Errc. Source: Redis serialization protocol (RESP2) specification.
  [[nodiscard]] base::Result<std::optional<Reply>, Errc> next();
  // Every byte fed belonged to a reply that `next` has given.
  [[nodiscard]] bool is_idle() const { return rest_.empty() && guard_.is_between_replies(); }

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const;
  };
  base::Result<std::optional<Reply>, Errc> refuse(Errc error);
  base::Result<std::optional<Reply>, Errc> take_whole(size_t items, size_t bytes);

  ReplyGuard guard_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  std::string_view rest_;  // Fed, not yet looked at.
  std::optional<Errc> error_;
};

}  // namespace crema::resp
