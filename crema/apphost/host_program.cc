#include "crema/apphost/host_program.h"

#include "crema/apphost/host_files.h"
#include "crema/net/listener.h"

#include <array>
#include <cstdint>
#include <unistd.h>

namespace crema::apphost {
namespace {

constexpr uint32_t kNoApp = 0xffffffff;

// What runs the first of the host's own files. Everything else is in the files.
constexpr const char* kBootNode =
    "const s=JSON.parse(require('fs').readFileSync(5,'utf8'));"
    "require('vm').compileFunction(s['main.js'],['require','sources'],"
    "{filename:'crema:main.js'})(require,s)";
constexpr const char* kBootPython =
    "import json,os\n"
    "with os.fdopen(5,encoding='utf-8') as f: sources=json.load(f)\n"
    "exec(compile(sources['main.py'],'crema:main.py','exec'),"
    "{'__name__':'__main__','sources':sources})";

std::vector<std::string> arguments(const HostProgram& program, const Config& config) {
  if (program.language == Language::kPython) return {program.program, "-u", "-c", kBootPython};
  const size_t megabytes = config.memory_bytes_max >> 20;
  return {program.program, "--max-old-space-size=" + std::to_string(megabytes), "-e", kBootNode};
}

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = ::environ; *variable; ++variable) variables.emplace_back(*variable);
  return variables;
}

class Closer {
 public:
  explicit Closer(std::vector<int> descriptors) : descriptors_(std::move(descriptors)) {}
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() {
    for (const int descriptor : descriptors_) {
      if (descriptor >= 0) net::close_descriptor(descriptor);
    }
  }

 private:
  const std::vector<int> descriptors_;
};

}  // namespace

base::Result<StartedHost, std::string> start_host(net::Loop& loop, const HostProgram& program,
                                                  const Config& config,
                                                  net::ChildProcess::OnLine on_line,
                                                  net::ChildProcess::OnExit on_exit) {
  const auto [main, main_theirs] = net::make_socket_pair();
  const auto [watch, watch_theirs] = net::make_socket_pair();
  const int source = net::make_memory_file("crema-host", host_source(program.language));
  const int slot = net::make_memory_file("crema-slot", std::string(sizeof kNoApp, '\xff'));
  const Closer theirs({main_theirs, watch_theirs, source});
  if (main < 0 || watch < 0 || source < 0 || slot < 0) {
    const Closer ours({main, watch, slot});
    return base::fail(std::string("out of descriptors"));
  }
  const net::ChildOptions options{.argv = arguments(program, config),
                                  .environment = environment(),
                                  .directory = config.bench,
                                  .descriptors = {main_theirs, watch_theirs, source, slot}};
  auto process = net::ChildProcess::start(loop, options, std::move(on_line), std::move(on_exit));
  if (!process) {
    const Closer ours({main, watch, slot});
    return base::fail(process.error());
  }
  return StartedHost{std::move(*process), main, watch, slot};
}

std::optional<uint32_t> read_slot(int slot) {
  std::array<unsigned char, 4> bytes{};
  if (::pread(slot, bytes.data(), bytes.size(), 0) != 4) return std::nullopt;
  uint32_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8 | byte;
  return number == kNoApp ? std::nullopt : std::optional(number);
}

}  // namespace crema::apphost
