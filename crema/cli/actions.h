// What the subcommands need of the world: given by main.cc, and by tests.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/bench_command.h"
#include "crema/app/config.h"
#include "crema/app/disconnect_command.h"
#include "crema/app/outcome.h"
#include "crema/app/publish_command.h"
#include "crema/app/reload_command.h"
#include "crema/app/run.h"
#include "crema/app/stats_command.h"
#include "crema/doctor/doctor.h"

#include <functional>
#include <istream>
#include <ostream>
#include <string>

namespace crema::cli {

// What each subcommand does once its arguments are understood.
struct Actions {
  std::function<int(const app::ConfigQuery&)> serve;
  std::function<int(const app::DemoOptions&)> demo;
  std::function<app::Outcome(const app::PublishOptions&)> publish;
  std::function<app::Outcome(const app::StatsOptions&)> stats;
  std::function<app::Outcome(const app::ConfigQuery&)> check;
  std::function<app::Outcome(const app::ConfigQuery&)> config;
  std::function<app::Outcome(const app::DisconnectOptions&)> disconnect;
  std::function<app::Outcome(const app::BenchOptions&)> bench;
  std::function<app::Outcome(const doctor::DoctorOptions&)> doctor;
  std::function<app::Outcome(const app::BenchQuery&)> reload;
};

// Borrowed for one `run`.
struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

struct Surroundings {
  Terminal terminal;
  app::Environment environment;
  std::string working_directory;
  std::string container = {};  // As app::container_sign.
};

}  // namespace crema::cli
