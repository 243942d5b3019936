// One reply from Redis, as hiredis built it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

struct redisReply;  // hiredis'

namespace crema::resp {

enum class Kind : uint8_t { kString, kStatus, kError, kInteger, kNil, kArray };

// Borrows a reply or one of its elements: valid while the Reply that owns it is.
class ReplyView {
 public:
  explicit ReplyView(const redisReply* reply) : reply_(reply) {}

  [[nodiscard]] Kind kind() const;
  // Of a string, status or error; empty for the other kinds.
  [[nodiscard]] std::string_view text() const;
  // Of an integer; 0 for the other kinds.
  [[nodiscard]] int64_t integer() const;
  // Elements of an array; 0 for the other kinds.
  [[nodiscard]] size_t size() const;
  // `index` below size().
  [[nodiscard]] ReplyView at(size_t index) const;

 protected:
  const redisReply* reply_;
};

// Owns a reply. A moved-from Reply may only be destroyed or assigned to.
class Reply : public ReplyView {
 public:
  // Takes ownership of what hiredis' reader returned.
  explicit Reply(redisReply* reply) : ReplyView(reply) {}
  Reply(Reply&& other) noexcept : ReplyView(std::exchange(other.reply_, nullptr)) {}
  Reply& operator=(Reply&& other) noexcept {
    std::swap(reply_, other.reply_);
    return *this;
  }
  ~Reply();
};

}  // namespace crema::resp
