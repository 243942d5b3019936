// A request's headers in one piece of memory: a session keeps them for life.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace crema::engineio {

// Names and values in the order in which they were added; any bytes below 4 GiB.
class HeaderList {
 public:
  using value_type = std::pair<std::string_view, std::string_view>;

  // Each header is its two lengths, its name and its value.
  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderList::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = value_type;

    const_iterator() = default;
    explicit const_iterator(const char* at) : at_(at) {}
    value_type operator*() const {
      return {{at_ + kLengths, length(0)}, {at_ + kLengths + length(0), length(1)}};
    }
    const_iterator& operator++() {
      at_ += kLengths + length(0) + length(1);
      return *this;
    }
    const_iterator operator++(int) { return std::exchange(*this, std::next(*this)); }
    bool operator==(const const_iterator&) const = default;

   private:
    [[nodiscard]] uint32_t length(size_t i) const {
      uint32_t value;
      std::memcpy(&value, at_ + i * sizeof value, sizeof value);
      return value;
    }

    const char* at_ = nullptr;
  };

  HeaderList() = default;
  HeaderList(std::initializer_list<value_type> headers) {
    for (const auto& [name, value] : headers) add(name, value);
  }

  void add(std::string_view name, std::string_view value) {
    for (const auto part : {name, value}) {
      const auto length = static_cast<uint32_t>(part.size());
      text_.append(reinterpret_cast<const char*>(&length), sizeof length);
    }
    text_.append(name).append(value);
  }
  // Gives back what was reserved while it grew.
  void shrink() { text_.shrink_to_fit(); }

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] const_iterator begin() const { return const_iterator(text_.data()); }
  [[nodiscard]] const_iterator end() const { return const_iterator(text_.data() + text_.size()); }

 private:
  static constexpr size_t kLengths = 2 * sizeof(uint32_t);

  std::string text_;
};

}  // namespace crema::engineio
