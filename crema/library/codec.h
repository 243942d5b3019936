// How C++ types become JavaScript values and back.
//
// Known: bool, numbers, strings, Bytes, Json, std::optional, vectors, maps by string, pairs and
// tuples (arrays in JavaScript). Any other type says what it consists of, once:
//
//   template <> struct crema::Fields<Point> {
//     static constexpr auto list = std::tuple(crema::field("x", &Point::x),
//                                             crema::field("y", &Point::y));
//   };
//
// or brings a crema::Codec of its own.
#pragma once

#include "crema/library/encoder.h"
#include "crema/library/value.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crema {

// The trait of a type: `static void encode(Encoder&, const T&)` and
// `static bool decode(const Value&, T&)`, which is false for a value of another type.
template <class T>
struct Codec;

// The members of a struct. On arrival all are needed but those that are std::optional, and
// others are ignored.
template <class T>
struct Fields;

template <class Class, class Member>
struct Field {
  const char* name;
  Member Class::*member;
};
template <class Class, class Member>
constexpr Field<Class, Member> field(const char* name, Member Class::*member) {
  return {name, member};
}

template <class T>
concept Encodable = requires(Encoder& out, const T& value) {
  Codec<T>::encode(out, value);
};
template <class T>
concept Decodable = requires(const Value& in, T& value) {
  { Codec<T>::decode(in, value) } -> std::same_as<bool>;
};

template <class T>
void encode(Encoder& out, const T& value) {
  using Plain = std::decay_t<T>;
  static_assert(Encodable<Plain>,
                "crema: this type cannot be sent; specialise crema::Fields or crema::Codec for it");
  if constexpr (Encodable<Plain>) Codec<Plain>::encode(out, value);
}

template <class T>
bool decode(const Value& in, T& value) {
  static_assert(Decodable<T>,
                "crema: this type cannot be received; specialise crema::Fields or crema::Codec for "
                "it");
  if constexpr (Decodable<T>) return Codec<T>::decode(in, value);
}

template <>
struct Codec<bool> {
  static void encode(Encoder& out, bool value) { out.boolean(value); }
  static bool decode(const Value& in, bool& value) {
    const auto found = in.as_bool();
    if (found) value = *found;
    return found.has_value();
  }
};

// A number with a fraction, or one that does not fit, is no integer.
template <std::integral T>
struct Codec<T> {
  static void encode(Encoder& out, T value) {
    using Wide = std::conditional_t<std::signed_integral<T>, int64_t, uint64_t>;
    out.integer(static_cast<Wide>(value));
  }
  static bool decode(const Value& in, T& value) {
    const auto found = read(in);
    if (!found || !std::in_range<T>(*found)) return false;
    value = static_cast<T>(*found);
    return true;
  }

 private:
  static auto read(const Value& in) {
    if constexpr (std::signed_integral<T>) {
      return in.as_integer();
    } else {
      return in.as_unsigned();
    }
  }
};

template <std::floating_point T>
struct Codec<T> {
  static void encode(Encoder& out, T value) { out.number(static_cast<double>(value)); }
  static bool decode(const Value& in, T& value) {
    const auto found = in.as_double();
    if (found) value = static_cast<T>(*found);
    return found.has_value();
  }
};

template <>
struct Codec<std::string> {
  static void encode(Encoder& out, const std::string& value) { out.string(value); }
  static bool decode(const Value& in, std::string& value) {
    auto found = in.as_string();
    if (found) value = std::move(*found);
    return found.has_value();
  }
};
template <>
struct Codec<std::string_view> {
  static void encode(Encoder& out, std::string_view value) { out.string(value); }
};
template <>
struct Codec<const char*> {
  static void encode(Encoder& out, const char* value) { out.string(value); }
};
template <>
struct Codec<char*> : Codec<const char*> {};
template <>
struct Codec<std::nullptr_t> {
  static void encode(Encoder& out, std::nullptr_t) { out.null(); }
  static bool decode(const Value& in, std::nullptr_t&) { return in.is_null(); }
};

template <>
struct Codec<Bytes> {
  static void encode(Encoder& out, const Bytes& value) { out.bytes(value.data); }
  static bool decode(const Value& in, Bytes& value) {
    const auto found = in.as_bytes();
    if (found) value.data = *found;
    return found.has_value();
  }
};
template <>
struct Codec<Json> {
  static void encode(Encoder& out, const Json& value) { out.json(value.text); }
  static bool decode(const Value& in, Json& value) {
    value.text = in.is_absent() ? "null" : in.json();
    return true;
  }
};
template <>
struct Codec<Value> {
  static void encode(Encoder& out, const Value& value) { out.value(value); }
};

// null and what is absent are nothing.
template <class T>
struct Codec<std::optional<T>> {
  static void encode(Encoder& out, const std::optional<T>& value) {
    value ? crema::encode(out, *value) : out.null();
  }
  static bool decode(const Value& in, std::optional<T>& value) {
    value.reset();
    return in.is_null() || crema::decode(in, value.emplace());
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static void encode(Encoder& out, const std::vector<T>& value) {
    out.begin_array();
    for (const T& element : value) crema::encode(out, element);
    out.end_array();
  }
  static bool decode(const Value& in, std::vector<T>& value) {
    if (!in.is_array()) return false;
    value.clear();
    for (const Value& element : in.elements()) {
      T decoded{};
      if (!crema::decode(element, decoded)) return false;
      value.push_back(std::move(decoded));
    }
    return true;
  }
};

template <class Map>
struct MapCodec {
  // An object in JavaScript, in the map's order; on arrival the last of equal keys counts.
  static void encode(Encoder& out, const Map& value) {
    out.begin_object();
    for (const auto& [key, member] : value) {
      out.key(key);
      crema::encode(out, member);
    }
    out.end_object();
  }
  // False when a member is of another type; `value` holds those before it.
  static bool decode(const Value& in, Map& value) {
    if (!in.is_object()) return false;
    value.clear();
    for (const auto& [key, member] : in.members()) {
      if (!crema::decode(member, value[key])) return false;
    }
    return true;
  }
};
template <class T>
struct Codec<std::map<std::string, T>> : MapCodec<std::map<std::string, T>> {};
template <class T>
struct Codec<std::unordered_map<std::string, T>> : MapCodec<std::unordered_map<std::string, T>> {};

template <class Tuple>
struct TupleCodec {
  // An array in JavaScript, of that very length.
  static void encode(Encoder& out, const Tuple& value) {
    out.begin_array();
    std::apply([&out](const auto&... each) { (crema::encode(out, each), ...); }, value);
    out.end_array();
  }
  static bool decode(const Value& in, Tuple& value) {
    const std::vector<Value> found = in.elements();
    if (!in.is_array() || found.size() != std::tuple_size_v<Tuple>) return false;
    size_t index = 0;
    return std::apply([&](auto&... each) { return (crema::decode(found[index++], each) && ...); },
                      value);
  }
};
template <class... T>
struct Codec<std::tuple<T...>> : TupleCodec<std::tuple<T...>> {};
template <class A, class B>
struct Codec<std::pair<A, B>> : TupleCodec<std::pair<A, B>> {};

template <class T>
requires requires { Fields<T>::list; }
struct Codec<T> {
  static void encode(Encoder& out, const T& value) {
    out.begin_object();
    const auto one = [&](const auto& f) {
      out.key(f.name);
      crema::encode(out, value.*f.member);
    };
    std::apply([&one](const auto&... each) { (one(each), ...); }, Fields<T>::list);
    out.end_object();
  }
  static bool decode(const Value& in, T& value) {
    if (!in.is_object()) return false;
    const auto one = [&](const auto& f) {
      return crema::decode(in.member(f.name), value.*f.member);
    };
    return std::apply([&one](const auto&... each) { return (one(each) && ...); }, Fields<T>::list);
  }
};

// The arguments of an event, or of an acknowledgement.
template <class... Args>
[[nodiscard]] Encoder encode_all(const Args&... args) {
  Encoder out;
  (encode(out, args), ...);
  return out;
}

}  // namespace crema
