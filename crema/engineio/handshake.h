// What the first request of a session said, for the layers above.
#pragma once

#include "crema/engineio/header_list.h"

#include <initializer_list>
#include <iterator>
#include <optional>
#include <string_view>

namespace crema::engineio {

class Handshake {
 public:
  // What there is of the list behind its first pair.
  class Headers {
   public:
    using value_type = HeaderList::value_type;
    using const_iterator = HeaderList::const_iterator;

    explicit Headers(const HeaderList& parts)
        : begin_(std::next(parts.begin())), end_(parts.end()) {}
    [[nodiscard]] const_iterator begin() const { return begin_; }
    [[nodiscard]] const_iterator end() const { return end_; }
    [[nodiscard]] bool empty() const { return begin_ == end_; }

   private:
    const_iterator begin_;
    const_iterator end_;
  };

  Handshake() : Handshake({}, {}) {}
  // `query` without the `?`; `address` of the peer, without a port, empty on a Unix socket.
  Handshake(std::string_view query, std::string_view address,
            std::initializer_list<HeaderList::value_type> headers = {}) {
    parts_.add(query, address);
    for (const auto& [name, value] : headers) add(name, value);
  }

  // Behind the others. The host may keep a part of what was received only.
  void add(std::string_view name, std::string_view value) { parts_.add(name, value); }
  // Gives back what was reserved while headers were added.
  void shrink() { parts_.shrink(); }

  [[nodiscard]] std::string_view query() const { return (*parts_.begin()).first; }
  [[nodiscard]] std::string_view address() const { return (*parts_.begin()).second; }
  // As received, in order.
  [[nodiscard]] Headers headers() const { return Headers(parts_); }
  // The first header of that name, compared without case. `name` is lower case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

 private:
  HeaderList parts_;  // Query and address, then the headers: a session keeps it for life.
};

}  // namespace crema::engineio
