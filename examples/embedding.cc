// A server on the program's own io_context: its timers, signals and handlers share one thread, so
// what they share needs no lock.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <crema/crema.h>
#include <csignal>
#include <functional>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  boost::asio::io_context context;
  crema::Server io(context);

  int asked = 0;  // Of the handler and of the timer.
  io.on("ask", [&asked] { return ++asked; });

  boost::asio::steady_timer timer(context);
  std::function<void()> tick = [&] {
    timer.expires_after(50ms);
    timer.async_wait([&](boost::system::error_code error) {
      if (error) return;
      io.emit("asked so far", asked);
      tick();
    });
  };
  tick();

  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code error, int) {
    if (error) return;
    timer.cancel();
    io.close();
  });

  if (const auto error = io.listen(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000)) {
    std::cerr << *error << "\n";
    return 1;
  }
  std::cerr << "msg=listening port=" << io.port() << "\n";
  context.run();  // Until nothing is left to do.
  std::cout << "asked " << asked << " times\n";
}
