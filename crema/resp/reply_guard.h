// Finds where a reply ends and refuses what is dangerous to parse, before hiredis sees a byte.
#pragma once

#include "crema/base/result.h"
#include "crema/resp/config.h"
#include "crema/resp/errc.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace crema::resp {

// hiredis 0.14 adds to announced lengths without looking for overflow, and skips the line end of a
// string unread. What passes here cannot hurt it, and ReplyBuilder relies on what was counted here.
//
//   kType ──"$"──▶ kLength ──▶ kBulk ──▶ kBulkEnd ──▶ kType (next element) or the reply is whole
//     │ └───"*"──▶ kLength ──▶ kType (first element)
//     └──"+-:"───▶ kLine ─────▶ kType (next element) or the reply is whole
class ReplyGuard {
 public:
  struct Scan {
    size_t consumed;  // Bytes of the input that belong to this reply.
    bool is_whole;    // The reply ends with the last of them.
    // Of the reply as far as it was read: itself and the elements its arrays announce, and bytes.
    size_t items;
    size_t reply_bytes;
  };

  explicit ReplyGuard(Limits limits) : limits_(limits) {}

  // Reads until the end of one reply or of `bytes`; after a whole reply the next call begins
  // another. After an error the guard must not be used again. Errors: all of Errc. Source: Redis
  // serialization protocol (RESP2) specification.
  [[nodiscard]] base::Result<Scan, Errc> scan(std::string_view bytes);
  // No reply is under way.
  [[nodiscard]] bool is_between_replies() const { return reply_bytes_ == 0; }

 private:
  enum class State { kType, kLength, kLine, kBulk, kBulkEnd };
  using Step = base::Result<size_t, Errc>;  // Bytes taken.

  Step step(std::string_view bytes);
  Step on_type(std::string_view bytes);
  Step on_line(std::string_view bytes);
  Step on_length(std::string_view bytes);
  Step on_bulk(std::string_view bytes);
  Step on_bulk_end(char next);
  base::Result<void, Errc> end_length();
  base::Result<void, Errc> begin_bulk(size_t length);
  base::Result<void, Errc> begin_array(size_t elements);
  void end_element();

  Limits limits_;
  State state_ = State::kType;
  bool is_whole_ = false;
  bool after_cr_ = false;          // In a line: the last byte was a carriage return.
  char type_ = 0;                  // Of the item whose length is being read.
  std::array<char, 24> length_{};  // Its announced length, as text.
  size_t length_size_ = 0;
  size_t missing_ = 0;               // Bytes of the string, or of its line end, still to come.
  size_t reply_bytes_ = 0;           // Of this reply so far.
  size_t elements_ = 0;              // Announced by this reply so far.
  std::vector<size_t> open_arrays_;  // Elements each open array still waits for.
};

}  // namespace crema::resp
