// Makes a handler of any function: its parameters say what it takes.
//
//   [](int a, int b) { return a + b; }         arguments, checked; the answer to an acknowledgement
//   [](crema::Socket socket, std::string s) {}  the socket first, when it is wanted
//   [](std::string s, crema::Ack ack) {}        answers when it likes
//   [](crema::Event event) {}                   the event as it came
//   [](int a) -> boost::asio::awaitable<int>    a coroutine (crema/asio.h)
#pragma once

#include "crema/library/ack.h"
#include "crema/library/event.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

// Declared, not included: only who writes coroutines pays for Asio.
namespace boost::asio {
template <typename T, typename Executor>
class awaitable;
}

namespace crema {

class Socket;

// One call of a handler: the event, borrowed for the call.
class Invocation {
 public:
  virtual ~Invocation() = default;
  // Whose event it is.
  [[nodiscard]] virtual const Socket& socket() const = 0;
  // Absent beyond the end.
  [[nodiscard]] virtual Value arg(size_t index) const = 0;
  [[nodiscard]] virtual Ack ack() const = 0;
  [[nodiscard]] virtual Event event() const = 0;
  // The argument is of another type than the handler takes: counted, and the socket's `error`.
  virtual void reject(size_t index) = 0;
};

using Handler = std::function<void(Invocation&)>;

// How a coroutine's result becomes an answer: specialised by crema/asio.h.
template <class Awaitable>
struct RunCoroutine {
  // Without crema/asio.h: a readable error.
  template <class... Any>
  static void run(Any&&...) {
    static_assert(sizeof...(Any) == 0,
                  "crema: a handler that is a coroutine needs #include <crema/asio.h>");
  }
};

namespace library {

template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class R, class... A>
struct Signature<R (*)(A...)> {
  using Return = R;
  using Given = std::tuple<A...>;
  using Values = std::tuple<std::decay_t<A>...>;
};
template <class R, class... A>
struct Signature<R(A...)> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...)> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) noexcept> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Signature<R (*)(A...)> {};

template <class F>
concept HasOneSignature = std::is_function_v<std::remove_pointer_t<F>> || requires {
  &F::operator();
};

template <class T>
inline constexpr bool kIsAwaitable = false;
template <class T, class E>
inline constexpr bool kIsAwaitable<boost::asio::awaitable<T, E>> = true;

template <class T>
inline constexpr bool kIsView =
    std::is_pointer_v<T> || std::is_same_v<T, std::string_view> || std::is_same_v<T, Value>;
template <class T>
inline constexpr bool kIsView<std::span<T>> = true;

template <class A>
inline constexpr bool kMayChangeOurs =
    std::is_lvalue_reference_v<A> && !std::is_const_v<std::remove_reference_t<A>>;

template <class Given>
inline constexpr bool kTakesValues = false;
template <class... A>
inline constexpr bool kTakesValues<std::tuple<A...>> = (!std::is_reference_v<A> && ...);

template <class T>
inline constexpr bool kIsOurs =
    std::is_same_v<T, Socket> || std::is_same_v<T, Ack> || std::is_same_v<T, Event>;

// Says at compile time, in words, what is wrong with a handler's signature.
template <class Given, size_t... I>
consteval bool check_parameters(std::index_sequence<I...>) {
  constexpr size_t kCount = sizeof...(I);
  static_assert((!kMayChangeOurs<std::tuple_element_t<I, Given>> && ...),
                "crema: a handler takes values or const references, not T&");
  static_assert(
      (!kIsView<std::decay_t<std::tuple_element_t<I, Given>>> && ...),
      "crema: a handler takes values, no views: std::string, std::vector, crema::Bytes or "
      "crema::Json");
  static_assert(
      ((I == 0 || !std::is_same_v<std::decay_t<std::tuple_element_t<I, Given>>, Socket>)&&...),
      "crema: crema::Socket is a handler's first parameter, or none");
  static_assert(((I + 1 == kCount ||
                  !std::is_same_v<std::decay_t<std::tuple_element_t<I, Given>>, Ack>)&&...),
                "crema: crema::Ack is a handler's last parameter, or none");
  static_assert(((kIsOurs<std::decay_t<std::tuple_element_t<I, Given>>> ||
                  kIsView<std::decay_t<std::tuple_element_t<I, Given>>> ||
                  Decodable<std::decay_t<std::tuple_element_t<I, Given>>>)&&...),
                "crema: a parameter's type cannot be received; specialise crema::Fields or "
                "crema::Codec for it");
  return true;
}

// Fills one parameter. `index` counts the arguments taken so far.
template <class T>
bool take(Invocation& call, size_t& index, std::optional<T>& place) {
  if constexpr (std::is_same_v<T, Socket>) {
    place.emplace(call.socket());
  } else if constexpr (std::is_same_v<T, Ack>) {
    place.emplace(call.ack());
  } else if constexpr (std::is_same_v<T, Event>) {
    place.emplace(call.event());
  } else {
    const size_t at = index++;
    if (!decode(call.arg(at), place.emplace())) {
      call.reject(at);
      return false;
    }
  }
  return true;
}

template <class F, class... T>
void invoke(const std::shared_ptr<F>& shared, Invocation& call, std::tuple<T...>*) {
  F& fn = *shared;
  std::tuple<std::optional<T>...> places;
  size_t index = 0;
  const bool all = std::apply(
      [&](auto&... place) { return (library::take(call, index, place) && ...); }, places);
  if (!all) return;
  const auto run = [&] {
    return std::apply([&fn](auto&... place) { return fn(std::move(*place)...); }, places);
  };
  using Return = decltype(run());
  if constexpr (kIsAwaitable<Return>) {
    RunCoroutine<Return>::run(call, run(), shared);
  } else if constexpr (std::is_void_v<Return>) {
    run();
  } else {
    const auto result = run();
    call.ack()(result);
  }
}

}  // namespace library

// The function object is kept, and called on each socket's shard: with threads(n) concurrently.
template <class F>
[[nodiscard]] Handler make_handler(F fn) {
  static_assert(library::HasOneSignature<F>,
                "crema: a handler is a function or a lambda without `auto` parameters: its types "
                "say how the arguments are read");
  if constexpr (library::HasOneSignature<F>) {
    using Signature = library::Signature<F>;
    using Given = typename Signature::Given;
    using Return = typename Signature::Return;
    static_assert(
        library::check_parameters<Given>(std::make_index_sequence<std::tuple_size_v<Given>>()));
    static_assert(
        library::kIsAwaitable<Return> || std::is_void_v<Return> || Encodable<std::decay_t<Return>>,
        "crema: what this handler returns cannot be sent; specialise crema::Fields or "
        "crema::Codec for it");
    static_assert(!library::kIsAwaitable<Return> || library::kTakesValues<Given>,
                  "crema: a coroutine handler takes values: what a reference means is gone at its "
                  "first co_await");
    // Shared: a coroutine's frame refers to the lambda that it is the body of.
    return [shared = std::make_shared<F>(std::move(fn))](Invocation& call) {
      library::invoke(shared, call, static_cast<typename Signature::Values*>(nullptr));
    };
  }
}

}  // namespace crema
