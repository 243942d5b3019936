// Pairs of texts in one piece of memory: what a session keeps for life of its first request.
#pragma once

#include "crema/base/short_text.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

namespace crema::engineio {

// In the order in which they were added; any bytes below 4 GiB.
class HeaderList {
 public:
  using value_type = std::pair<std::string_view, std::string_view>;

  // Each pair is its two lengths and its two texts. A length is seven bits a byte, the lowest
  // first; all bytes but its last have the eighth bit set.
  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderList::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = value_type;

    const_iterator() = default;
    explicit const_iterator(const char* at) : at_(at) {}
    value_type operator*() const { return read().first; }
    const_iterator& operator++() {
      at_ = read().second;
      return *this;
    }
    const_iterator operator++(int) { return std::exchange(*this, std::next(*this)); }
    bool operator==(const const_iterator&) const = default;

   private:
    // The pair here, and where the next one begins.
    [[nodiscard]] std::pair<value_type, const char*> read() const {
      const char* at = at_;
      const size_t first = length(at);
      const size_t second = length(at);
      return {{{at, first}, {at + first, second}}, at + first + second};
    }
    static size_t length(const char*& at) {
      size_t value = 0;
      for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<uint8_t>(*at++);
        value |= static_cast<size_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    }

    const char* at_ = nullptr;
  };

  void add(std::string_view name, std::string_view value) {
    add_length(name.size());
    add_length(value.size());
    text_.append(name.data(), name.size()).append(value.data(), value.size());
  }
  // Gives back what was reserved while it grew.
  void shrink() { text_.shrink_to_fit(); }

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] const_iterator begin() const { return const_iterator(text_.data()); }
  [[nodiscard]] const_iterator end() const { return const_iterator(text_.data() + text_.size()); }

 private:
  void add_length(size_t length) {
    for (; length >= 0x80; length >>= 7) text_.push_back(static_cast<char>(length | 0x80));
    text_.push_back(static_cast<char>(length));
  }

  base::ShortText text_;
};

}  // namespace crema::engineio
