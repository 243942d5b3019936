// One reply from Redis.
#pragma once

#include "crema/base/check.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace crema::resp {

enum class Kind : uint8_t { kString, kStatus, kError, kInteger, kNil, kArray };

// Borrows a reply or one of its elements: valid while the Reply that owns it is.
class ReplyView {
 public:
  struct Item {
    Kind kind = Kind::kNil;
    std::string_view text;
    int64_t integer = 0;
    Item* elements = nullptr;
    size_t size = 0;
  };

  explicit ReplyView(const Item& item) : item_(&item) {}

  [[nodiscard]] Kind kind() const { return item_->kind; }
  // Of a string, status or error; empty for the other kinds.
  [[nodiscard]] std::string_view text() const { return item_->text; }
  // Of an integer; 0 for the other kinds.
  [[nodiscard]] int64_t integer() const { return item_->integer; }
  // Elements of an array; 0 for the other kinds.
  [[nodiscard]] size_t size() const { return item_->size; }
  // `index` below size().
  [[nodiscard]] ReplyView at(size_t index) const {
    CREMA_ASSERT(index < size());
    return ReplyView(item_->elements[index]);
  }

 private:
  const Item* item_;
};

// Owns a reply, in two pieces of memory whatever it holds. A moved-from Reply may only be destroyed
// or assigned to.
class Reply : public ReplyView {
 public:
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) noexcept = default;

 private:
  friend class ReplyBuilder;
  Reply(std::vector<Item> items, std::unique_ptr<char[]> texts)
      : ReplyView(items.front()), items_(std::move(items)), texts_(std::move(texts)) {}

  std::vector<Item> items_;  // The reply itself, then the elements of each of its arrays.
  std::unique_ptr<char[]> texts_;
};

}  // namespace crema::resp
