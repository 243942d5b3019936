// Pairs of texts in one piece of memory: what a session keeps for life of its first request.
#pragma once

#include "crema/base/text_list.h"

#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

namespace crema::engineio {

// In the order in which they were added; any bytes.
class HeaderList {
 public:
  using value_type = std::pair<std::string_view, std::string_view>;

  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderList::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = value_type;

    const_iterator() = default;
    explicit const_iterator(base::TextList::const_iterator at) : at_(at) {}
    value_type operator*() const { return {*at_, *std::next(at_)}; }
    const_iterator& operator++() {
      std::advance(at_, 2);
      return *this;
    }
    const_iterator operator++(int) { return std::exchange(*this, std::next(*this)); }
    bool operator==(const const_iterator&) const = default;

   private:
    base::TextList::const_iterator at_;
  };

  void add(std::string_view name, std::string_view value) {
    texts_.add(name);
    texts_.add(value);
  }
  // Gives back what was reserved while it grew.
  void shrink() { texts_.shrink(); }

  [[nodiscard]] bool empty() const noexcept { return texts_.empty(); }
  [[nodiscard]] const_iterator begin() const { return const_iterator(texts_.begin()); }
  [[nodiscard]] const_iterator end() const { return const_iterator(texts_.end()); }

 private:
  base::TextList texts_;
};

}  // namespace crema::engineio
