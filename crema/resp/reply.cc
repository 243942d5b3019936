#include "crema/resp/reply.h"

#include "crema/base/check.h"

#include <hiredis/hiredis.h>

namespace crema::resp {

Reply::~Reply() {
  if (reply_) freeReplyObject(const_cast<redisReply*>(reply_));
}

Kind ReplyView::kind() const {
  switch (reply_->type) {
    case REDIS_REPLY_STRING:
      return Kind::kString;
    case REDIS_REPLY_STATUS:
      return Kind::kStatus;
    case REDIS_REPLY_ERROR:
      return Kind::kError;
    case REDIS_REPLY_INTEGER:
      return Kind::kInteger;
    case REDIS_REPLY_ARRAY:
      return Kind::kArray;
    default:
      return Kind::kNil;
  }
}

std::string_view ReplyView::text() const {
  const Kind own = kind();
  const bool has_text = own == Kind::kString || own == Kind::kStatus || own == Kind::kError;
  return has_text ? std::string_view(reply_->str, reply_->len) : std::string_view();
}

int64_t ReplyView::integer() const { return kind() == Kind::kInteger ? reply_->integer : 0; }

size_t ReplyView::size() const { return kind() == Kind::kArray ? reply_->elements : 0; }

ReplyView ReplyView::at(size_t index) const {
  CREMA_ASSERT(index < size());
  return ReplyView(reply_->element[index]);
}

}  // namespace crema::resp
