// Compiled by run.py, one case at a time; none but the first may compile.
#include "crema/crema.h"
#if defined COROUTINE_REFERENCE || defined COROUTINE_WITHOUT_ASIO
#include <boost/asio/awaitable.hpp>
#endif
#if defined COROUTINE_REFERENCE
#include "crema/asio.h"
#endif

struct Unknown {};
using Borrowed = const std::string&;

void use(crema::Server& io) {
  io.on("fine", [](int a, const std::string& b) { return std::to_string(a) + b; });
#if defined AUTO_PARAMETER  // expects: without `auto` parameters
  io.on("x", [](auto a) { return a; });
#elif defined VIEW_PARAMETER          // expects: a handler takes values, no views
  io.on("x", [](std::string_view a) { return a.size(); });
#elif defined REFERENCE_PARAMETER     // expects: values or const references, not T&
  io.on("x", [](std::string& a) { a.clear(); });
#elif defined UNKNOWN_PARAMETER       // expects: cannot be received; specialise crema::Fields
  io.on("x", [](Unknown) {});
#elif defined UNKNOWN_RESULT          // expects: cannot be sent; specialise crema::Fields
  io.on("x", [] { return Unknown{}; });
#elif defined UNKNOWN_ARGUMENT        // expects: cannot be sent; specialise crema::Fields
  io.emit("x", Unknown{});
#elif defined SOCKET_LAST             // expects: crema::Socket is a handler's first parameter
  io.on("x", [](int, crema::Socket) {});
#elif defined ACK_FIRST               // expects: crema::Ack is a handler's last parameter
  io.on("x", [](crema::Ack, int) {});
#elif defined COROUTINE_REFERENCE     // expects: a coroutine handler takes values
  io.on("x", [](Borrowed) -> boost::asio::awaitable<void> { co_return; });
#elif defined COROUTINE_WITHOUT_ASIO  // expects: needs #include <crema/asio.h>
  io.on("x", [](std::string) -> boost::asio::awaitable<void> { co_return; });
#endif
}
