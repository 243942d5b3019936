#include "crema/base/random.h"
#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

namespace crema::cli {

void add_token(CLI::App& root, Context& context) {
  constexpr size_t kCharacters = 43;  // 258 random bits.
  CLI::App* command = root.add_subcommand("token", "Make a token for the admin endpoints over TCP");
  command->footer(
      "Example:\n  crema token\n  CREMA_ADMIN_TOKEN=$(crema token) crema serve --admin "
      "127.0.0.1:9190");
  command->callback(
      [&context] { context.finish({.out = base::random_id(kCharacters) + '\n', .err = {}}); });
}

}  // namespace crema::cli
