// Texts in one piece of memory, where a vector of strings would take one for each.
#pragma once

#include "crema/base/prefetch.h"
#include "crema/base/short_text.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

namespace crema::base {

// In the order in which they were added; any bytes.
class TextList {
 public:
  using value_type = std::string_view;

  // Each text is its length and its bytes. A length is seven bits a byte, the lowest first; all
  // bytes but its last have the eighth bit set.
  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = value_type;

    const_iterator() = default;
    explicit const_iterator(const char* at) : at_(at) {}
    value_type operator*() const {
      const char* at = at_;
      const size_t size = length(at);
      return {at, size};
    }
    const_iterator& operator++() {
      const size_t size = length(at_);
      at_ += size;
      return *this;
    }
    const_iterator operator++(int) { return std::exchange(*this, std::next(*this)); }
    bool operator==(const const_iterator&) const = default;

   private:
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

  TextList() = default;
  // Of anything that converts to a view.
  template <class Range>
  explicit TextList(const Range& texts) {
    size_t size = 0;
    for (const auto& text : texts) size += size_with_length(text);
    bytes_.reserve(size);
    for (const auto& text : texts) add(text);
  }

  void add(std::string_view text) {
    size_t length = text.size();
    for (; length >= 0x80; length >>= 7) bytes_.push_back(static_cast<char>(length | 0x80));
    bytes_.push_back(static_cast<char>(length));
    bytes_.append(text.data(), text.size());
  }
  // Gives back what was reserved while it grew.
  void shrink() { bytes_.shrink_to_fit(); }

  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  // See base::prefetch.
  void prefetch() const noexcept { base::prefetch(*bytes_.data()); }
  // What it takes beside the object itself; 0 when that is enough.
  [[nodiscard]] size_t bytes() const noexcept {
    return bytes_.capacity() > ShortText().capacity() ? bytes_.capacity() : 0;
  }
  [[nodiscard]] const_iterator begin() const { return const_iterator(bytes_.data()); }
  [[nodiscard]] const_iterator end() const { return const_iterator(bytes_.data() + bytes_.size()); }

 private:
  static size_t size_with_length(std::string_view text) {
    size_t size = text.size() + 1;
    for (size_t length = text.size(); length >= 0x80; length >>= 7) ++size;
    return size;
  }

  ShortText bytes_;
};

}  // namespace crema::base
