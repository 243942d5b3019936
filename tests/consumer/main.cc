#include <crema/crema.h>
#include <iostream>

int main() {
  crema::Server io;
  io.on("sum", [](int a, int b) { return a + b; });
  if (const auto error = io.listen(0, "127.0.0.1")) {
    std::cerr << *error << "\n";
    return 1;
  }
  io.start();
  std::cout << "serving on a port: " << (io.port() != 0) << "\n";
}
