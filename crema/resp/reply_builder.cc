#include "crema/resp/reply_builder.h"

#include "crema/base/check.h"

#include <hiredis/hiredis.h>

#include <utility>

namespace crema::resp {
namespace {

Kind kind_of_text(int type) {
  switch (type) {
    case REDIS_REPLY_STATUS:
      return Kind::kStatus;
    case REDIS_REPLY_ERROR:
      return Kind::kError;
    default:
      return Kind::kString;
  }
}

}  // namespace

// Their types differ between versions of hiredis, for which the parameters are left open.
redisReplyObjectFunctions& ReplyBuilder::functions() {
  static redisReplyObjectFunctions functions = [] {
    redisReplyObjectFunctions made{};
    made.createString = [](const redisReadTask* task, char* text, size_t size) -> void* {
      Item& item = of(*task).place(*task);
      item.kind = kind_of_text(task->type);
      item.text = of(*task).copy({text, size});
      return &item;
    };
    made.createArray = [](const redisReadTask* task, auto size) -> void* {
      ReplyBuilder& builder = of(*task);
      Item& item = builder.place(*task);
      const auto count = static_cast<size_t>(size);
      CREMA_ASSERT(count <= builder.items_.size() - builder.items_used_);
      item.kind = Kind::kArray;
      item.elements = builder.items_.data() + builder.items_used_;
      item.size = count;
      builder.items_used_ += count;
      return &item;
    };
    made.createInteger = [](const redisReadTask* task, auto value) -> void* {
      Item& item = of(*task).place(*task);
      item.kind = Kind::kInteger;
      item.integer = value;
      return &item;
    };
    made.createNil = [](const redisReadTask* task) -> void* { return &of(*task).place(*task); };
    made.freeObject = [](void* /*of the builder*/) {};
    return made;
  }();
  return functions;
}

ReplyBuilder::ReplyBuilder(size_t items, size_t bytes)
    : items_(items), texts_(std::make_unique_for_overwrite<char[]>(bytes)), texts_max_(bytes) {}

ReplyBuilder& ReplyBuilder::of(const redisReadTask& task) {
  return *static_cast<ReplyBuilder*>(task.privdata);
}

ReplyView::Item& ReplyBuilder::place(const redisReadTask& task) {
  if (!task.parent) return items_.front();
  const Item& array = *static_cast<const Item*>(task.parent->obj);
  const auto index = static_cast<size_t>(task.idx);
  CREMA_ASSERT(index < array.size);
  return array.elements[index];
}

std::string_view ReplyBuilder::copy(std::string_view text) {
  CREMA_ASSERT(text.size() <= texts_max_ - texts_used_);
  char* const at = texts_.get() + texts_used_;
  texts_used_ += text.copy(at, text.size());
  return {at, text.size()};
}

Reply ReplyBuilder::take() { return {std::move(items_), std::move(texts_)}; }

}  // namespace crema::resp
