// Objects that are found by a name which they hold themselves: neither a copy of the name nor a
// node is kept for each.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <functional>
#include <string_view>

namespace crema::base {

// `NameOf{}(object)` is the object's name as a std::string_view. It does not change while the
// object is in a table.
template <class NameOf>
struct HashByName {
  using is_transparent = void;
  using is_avalanching = void;
  size_t operator()(std::string_view name) const noexcept {
    return std::hash<std::string_view>{}(name);
  }
  template <class Pointer>
  requires requires(const Pointer& pointer) { NameOf{}(*pointer); }
  size_t operator()(const Pointer& pointer) const noexcept { return (*this)(NameOf{}(*pointer)); }
};

template <class NameOf>
struct SameName {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const noexcept {
    return name(a) == name(b);
  }

 private:
  static std::string_view name(std::string_view text) { return text; }
  template <class Pointer>
  requires requires(const Pointer& pointer) { NameOf{}(*pointer); }
  static std::string_view name(const Pointer& pointer) { return NameOf{}(*pointer); }
};

// `Pointer` is a T* or a std::unique_ptr<T>. Find with a std::string_view.
template <class Pointer, class NameOf>
using NameTable = boost::unordered_flat_set<Pointer, HashByName<NameOf>, SameName<NameOf>>;

}  // namespace crema::base
