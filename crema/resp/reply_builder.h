// What hiredis' reader reads of one reply, laid into one Reply.
#pragma once

#include "crema/resp/reply.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

struct redisReadTask;              // hiredis'
struct redisReplyObjectFunctions;  // hiredis'

namespace crema::resp {

// hiredis asks for an object for each thing it reads. Left to itself it makes eight pieces of
// memory for a published message; what the guard has counted fits into two.
class ReplyBuilder {
 public:
  // What the reader is to be created with. Its private data has to be the builder of the reply.
  [[nodiscard]] static redisReplyObjectFunctions& functions();

  // `items`: the reply itself and the elements its arrays announce. `bytes`: all of it, so that its
  // texts are less.
  ReplyBuilder(size_t items, size_t bytes);

  // When the reader has read it.
  [[nodiscard]] Reply take();

 private:
  using Item = ReplyView::Item;

  static ReplyBuilder& of(const redisReadTask& task);
  // Where what is read now belongs.
  Item& place(const redisReadTask& task);
  [[nodiscard]] std::string_view copy(std::string_view text);

  std::vector<Item> items_;  // They stay where they are.
  size_t items_used_ = 1;
  std::unique_ptr<char[]> texts_;
  size_t texts_used_ = 0;
  const size_t texts_max_;
};

}  // namespace crema::resp
