#include "crema/resp/reply_reader.h"

#include "crema/base/check.h"
#include "crema/resp/reply_builder.h"

#include <hiredis/hiredis.h>

namespace crema::resp {

void ReplyReader::FreeReader::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader(Limits limits)
    : guard_(limits), reader_(redisReaderCreateWithFunctions(&ReplyBuilder::functions())) {
  CREMA_ASSERT(reader_ != nullptr);
}

ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
ReplyReader& ReplyReader::operator=(ReplyReader&&) noexcept = default;

void ReplyReader::feed(std::string_view bytes) {
  CREMA_ASSERT(rest_.empty());
  if (!error_) rest_ = bytes;
}

// hiredis is given one reply at a time, so its buffer is never shifted and never rescanned.
base::Result<std::optional<Reply>, Errc> ReplyReader::next() {
  if (error_) return base::fail(*error_);
  if (rest_.empty()) return std::nullopt;
  const auto scanned = guard_.scan(rest_);
  if (!scanned) return refuse(scanned.error());
  const std::string_view part = rest_.substr(0, scanned->consumed);
  rest_.remove_prefix(part.size());
  if (redisReaderFeed(reader_.get(), part.data(), part.size()) != REDIS_OK) {
    return refuse(Errc::kMalformed);
  }
  if (!scanned->is_whole) return std::nullopt;
  return take_whole(scanned->items, scanned->reply_bytes);
}

base::Result<std::optional<Reply>, Errc> ReplyReader::take_whole(size_t items, size_t bytes) {
  ReplyBuilder builder(items, bytes);
  reader_->privdata = &builder;  // Its macro for that is no C++.
  void* reply = nullptr;
  const int status = redisReaderGetReply(reader_.get(), &reply);
  if (status != REDIS_OK || reply == nullptr) return refuse(Errc::kMalformed);
  return builder.take();
}

base::Result<std::optional<Reply>, Errc> ReplyReader::refuse(Errc error) {
  error_ = error;
  rest_ = {};
  return base::fail(error);
}

}  // namespace crema::resp
