// Arguments arrive as C++ types, checked; structs too, once they say what they consist of.
#include <crema/crema.h>
#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

struct Order {
  std::string product;
  int count = 0;
  std::optional<std::string> note;
};
template <>
struct crema::Fields<Order> {
  static constexpr auto list =
      std::tuple(crema::field("product", &Order::product), crema::field("count", &Order::count),
                 crema::field("note", &Order::note));
};

int main(int argc, char** argv) {
  crema::Server io;
  // One handler for all sockets of the namespace.
  io.on("sum", [](int a, int b) { return a + b; });
  io.on("mean", [](std::vector<double> values) -> std::optional<double> {
    if (values.empty()) return std::nullopt;
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  });
  io.on("order", [](crema::Socket socket, Order order) {
    order.count *= 2;
    socket.emit("ordered", order);
    return std::map<std::string, int>{{order.product, order.count}};
  });
  io.on("raw", [](crema::Event event) {
    event.ack()(event.size(), event[0].is_object(), event[0].member("deep"));
  });
  // What does not fit its handler is not delivered; this is where to hear of it.
  io.on("error",
        [](crema::Socket socket, std::string message) { socket.emit("complaint", message); });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
