#include "crema/cli/command_line.h"

#include "crema/app/config_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <sstream>

namespace crema::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Runs a command line against actions that only remember what they were asked.
class CommandLine : public ::testing::Test {
 protected:
  int run(std::vector<std::string> arguments, const std::string& input = "") {
    std::istringstream in(input);
    out_.str("");
    err_.str("");
    const Actions actions{
        .serve = [this](const auto& query) { return keep(serve_, query); },
        .demo = [this](const auto& options) { return keep(demo_, options); },
        .publish = [this](const auto& o) { return answer(keep(publish_, o)); },
        .stats = [this](const auto& o) { return answer(keep(stats_, o)); },
        .check = [this](const auto& q) { return answer(keep(check_, q)); },
        .config = [this](const auto& q) { return answer(keep(config_, q)); },
        .disconnect = [this](const auto& o) { return answer(keep(disconnect_, o)); },
        .bench =
            [this](const auto& o) {
              bench_ = o;
              if (o.confirm) agreed_ = o.confirm("the difference\n");
              return app::Outcome{};
            },
        .doctor = [this](const auto& o) { return answer(keep(doctor_, o)); },
        .reload = [this](const auto& o) { return answer(keep(reload_, o)); }};
    return cli::run(std::move(arguments), actions,
                    {.terminal = {in, out_, err_},
                     .environment = {{"FRAPPE_SITE", "a"}},
                     .working_directory = "/here",
                     .container = container_});
  }

  template <class T>
  static int keep(std::optional<T>& place, const T& value) {
    place = value;
    return 0;
  }
  static app::Outcome answer(int) { return {.exit_code = 1, .out = "out\n", .err = "err\n"}; }

  std::map<std::string, std::vector<std::string>> served_flags() {
    std::map<std::string, std::vector<std::string>> flags;
    for (const app::Flag& flag : serve_->flags) flags[flag.key] = flag.values;
    return flags;
  }

  std::string container_;
  std::ostringstream out_;
  std::ostringstream err_;
  std::optional<app::ConfigQuery> serve_;
  std::optional<app::DemoOptions> demo_;
  std::optional<app::PublishOptions> publish_;
  std::optional<app::StatsOptions> stats_;
  std::optional<app::ConfigQuery> check_;
  std::optional<app::ConfigQuery> config_;
  std::optional<app::DisconnectOptions> disconnect_;
  std::optional<app::BenchOptions> bench_;
  std::optional<bool> agreed_;
  std::optional<doctor::DoctorOptions> doctor_;
  std::optional<app::BenchQuery> reload_;
};

TEST_F(CommandLine, EveryCommandHasAnExample) {
  EXPECT_EQ(run({"--help"}), 0);
  std::istringstream help(out_.str());
  std::vector<std::string> commands;
  for (std::string line; std::getline(help, line);) {
    const bool is_command = line.starts_with("  ") && line.size() > 2 && std::islower(line[2]);
    const std::string name = is_command ? line.substr(2, line.find(' ', 2) - 2) : "";
    if (is_command && name != "crema") commands.push_back(name);
  }
  EXPECT_THAT(commands, ::testing::IsSupersetOf({"serve", "doctor", "bench", "token", "version"}));
  for (const std::string& command : commands) {
    EXPECT_EQ(run({command, "--help"}), 0);
    EXPECT_THAT(out_.str(), HasSubstr("  crema " + command)) << command;
  }
  for (const char* action : {"status", "install", "uninstall"}) {
    EXPECT_EQ(run({"bench", action, "--help"}), 0);
    EXPECT_THAT(out_.str(), HasSubstr(std::string("  crema bench ") + action));
  }
}

TEST_F(CommandLine, MakesATokenThatTheAdminEndpointsTake) {
  EXPECT_EQ(run({"token"}), 0);
  const std::string first = out_.str();
  EXPECT_EQ(first.size(), 44U);
  EXPECT_EQ(run({"token"}), 0);
  EXPECT_NE(out_.str(), first);
}

TEST_F(CommandLine, DoctorIsToldWhomToVisit) {
  EXPECT_EQ(run({"doctor", "--bench", "/b", "--url", "https://x", "--connect", "127.0.0.1:443",
                 "--site", "s", "--sid", "1"}),
            1);
  EXPECT_EQ(doctor_->config.bench.flag, "/b");
  EXPECT_EQ(doctor_->url, "https://x");
  EXPECT_EQ(doctor_->connect, "127.0.0.1:443");
  EXPECT_EQ(doctor_->site, "s");
  EXPECT_EQ(doctor_->sid, "1");
  EXPECT_EQ(run({"doctor", "--sid", "-"}, "2\n"), 1);
  EXPECT_EQ(doctor_->sid, "2");
}

TEST_F(CommandLine, BenchNeedsToKnowWhatToDo) {
  EXPECT_EQ(run({"bench"}), 2);
  EXPECT_EQ(run({"bench", "status", "--bench", "/b"}), 0);
  EXPECT_EQ(bench_->action, app::BenchAction::kStatus);
  EXPECT_EQ(bench_->bench.flag, "/b");
  EXPECT_EQ(run({"bench", "install", "--binary", "/usr/bin/crema", "--yes"}), 0);
  EXPECT_EQ(bench_->action, app::BenchAction::kInstall);
  EXPECT_EQ(bench_->binary, "/usr/bin/crema");
  EXPECT_FALSE(bench_->confirm) << "--yes asks nobody";
}

TEST_F(CommandLine, BenchShowsTheDifferenceAndTakesOnlyAYesForOne) {
  for (const auto& [input, agreed] : {std::pair{"y\n", true},
                                      {"yes\n", true},
                                      {"n\n", false},
                                      {"\n", false},
                                      {"", false},
                                      {"yep\n", false}}) {
    agreed_.reset();
    EXPECT_EQ(run({"bench", "uninstall"}, input), 0);
    EXPECT_EQ(agreed_, agreed) << input;
    EXPECT_THAT(out_.str(), HasSubstr("the difference\nWrite this? [y/N]"));
  }
}

TEST_F(CommandLine, DisconnectsAUserOfASite) {
  EXPECT_EQ(run({"disconnect", "--site", "a", "--user", "ann@example.com"}), 1);
  ASSERT_TRUE(disconnect_);
  EXPECT_EQ(disconnect_->site, "a");
  EXPECT_EQ(disconnect_->user, "ann@example.com");
  EXPECT_EQ(run({"disconnect", "--site", "a"}), 2) << "somebody must be named";
}

TEST_F(CommandLine, SaysWhatALoadLacks) {
  EXPECT_EQ(run({"load"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--server is required"));
  EXPECT_EQ(run({"load", "--server", "127.0.0.1:9"}), 2);
  EXPECT_EQ(err_.str(), "crema: --redis says where to publish; or --messages 0\n");
  EXPECT_EQ(run({"load", "--server", "127.0.0.1:1", "--messages", "0"}), 1) << "nobody listens";
  EXPECT_THAT(err_.str(), HasSubstr("Connection refused"));
}

TEST_F(CommandLine, ServesWithoutACommand) {
  EXPECT_EQ(run({}), 0);
  ASSERT_TRUE(serve_);
  EXPECT_THAT(serve_->flags, IsEmpty());
  EXPECT_EQ(serve_->bench.working_directory, "/here");
  EXPECT_EQ(serve_->bench.environment.at("FRAPPE_SITE"), "a");
}

TEST_F(CommandLine, TakesServesFlagsWithoutACommand) {
  EXPECT_EQ(run({"--bench", "/bench", "--port", "9001"}), 0);
  ASSERT_TRUE(serve_);
  EXPECT_EQ(serve_->bench.flag, "/bench");
  EXPECT_THAT(served_flags()["socketio_port"], ElementsAre("9001"));
}

TEST_F(CommandLine, HandsEveryFlagOfServeToItsKey) {
  EXPECT_EQ(run({"serve", "--host", "127.0.0.1", "--host", "::1", "--port=1", "--shards", "auto",
                 "--web-url", "http://w", "--log-level", "debug", "--log-format", "json", "--admin",
                 "127.0.0.1:9"}),
            0);
  const std::map<std::string, std::vector<std::string>> expected = {
      {"host", {"127.0.0.1", "::1"}}, {"socketio_port", {"1"}}, {"shards", {"auto"}},
      {"web_url", {"http://w"}},      {"log_level", {"debug"}}, {"log_format", {"json"}},
      {"admin", {"127.0.0.1:9"}}};
  EXPECT_EQ(served_flags(), expected);
}

TEST_F(CommandLine, TakesAFlagForEachKeyThatHasOne) {
  std::vector<std::string> arguments = {"serve"};
  for (const app::ConfigKey& key : app::config_keys()) {
    if (!key.flag.empty()) arguments.push_back(std::string(key.flag) + "=x");
  }
  EXPECT_EQ(run(arguments), 0);
  EXPECT_EQ(serve_->flags.size(), arguments.size() - 1);
}

TEST_F(CommandLine, SaysWhetherItRunsInAContainer) {
  container_ = "/.dockerenv";
  for (const char* command : {"serve", "check", "config"}) run({command});
  EXPECT_EQ(serve_->container, "/.dockerenv");
  EXPECT_EQ(check_->container, "/.dockerenv");
  EXPECT_EQ(config_->container, "/.dockerenv");
}

TEST_F(CommandLine, DemoHasDefaultsAndChecksItsPort) {
  EXPECT_EQ(run({"demo"}), 0);
  EXPECT_EQ(demo_->port, 9000);
  EXPECT_EQ(run({"demo", "--port", "9100", "--log-level", "warn", "--log-format", "json"}), 0);
  EXPECT_EQ(demo_->port, 9100);
  EXPECT_EQ(demo_->log_level, log::Level::kWarn);
  EXPECT_EQ(demo_->log_format, log::Format::kJson);
  for (const char* bad : {"0", "65536", "-1", "x"}) {
    EXPECT_EQ(run({"demo", "--port", bad}), 2) << bad;
    EXPECT_THAT(err_.str(), HasSubstr("--port")) << bad;
  }
}

TEST_F(CommandLine, PublishWorksOutTheRoom) {
  EXPECT_EQ(run({"publish", "--bench", "/b", "--site", "s", "--doctype", "ToDo", "--docname", "1",
                 "doc_update", "{\"a\": 1}"}),
            1);
  ASSERT_TRUE(publish_);
  EXPECT_EQ(publish_->bench.flag, "/b");
  EXPECT_EQ(publish_->site, "s");
  EXPECT_EQ(publish_->room, "doc:ToDo/1");
  EXPECT_EQ(publish_->event, "doc_update");
  EXPECT_EQ(publish_->message, "{\"a\": 1}");
  EXPECT_EQ(out_.str(), "out\n");
  EXPECT_EQ(err_.str(), "err\n");
}

TEST_F(CommandLine, PublishReadsStandardInputForADash) {
  EXPECT_EQ(run({"publish", "--all", "x", "-"}, "[1,\n2]\n"), 1);
  EXPECT_EQ(publish_->message, "[1,\n2]\n");
  EXPECT_EQ(publish_->room, "all");
}

TEST_F(CommandLine, PublishSendsAnEmptyObjectWithoutAMessage) {
  EXPECT_EQ(run({"publish", "--website", "x"}), 1);
  EXPECT_EQ(publish_->message, "{}");
}

TEST_F(CommandLine, PublishRefusesToGuessItsTarget) {
  EXPECT_EQ(run({"publish", "x", "{}"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("crema: say to whom: --user USER"));
  EXPECT_EQ(run({"publish", "--user", "", "x"}), 2);
  EXPECT_EQ(run({"publish", "--all"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("event"));
  EXPECT_FALSE(publish_);
}

TEST_F(CommandLine, ProgressPublishesALineAtATime) {
  EXPECT_EQ(run({"progress", "--task", "t", "--title", "Import"}, "10\n\n20 row 2\n"), 1);
  ASSERT_TRUE(publish_);
  EXPECT_EQ(publish_->event, "progress");
  EXPECT_EQ(publish_->room, "task_progress:t");
  EXPECT_EQ(publish_->task_id, "t");
  EXPECT_EQ(publish_->message, R"({"percent":20,"title":"Import","description":"row 2"})");
  EXPECT_EQ(err_.str(), "err\n");  // Once, although each line fails.
}

TEST_F(CommandLine, ProgressReadsOnPastALineThatIsNone) {
  EXPECT_EQ(run({"progress", "--user", "a"}, "ten\n20\n"), 1);
  EXPECT_THAT(err_.str(), HasSubstr("crema: line 1: does not begin with a number"));
  EXPECT_EQ(publish_->message, R"({"percent":20,"title":null,"description":null})");
  publish_.reset();
  EXPECT_EQ(run({"progress", "--user", "a"}, "ten\n"), 2);
  EXPECT_EQ(run({"progress"}, "20\n"), 2);
  EXPECT_THAT(err_.str(), HasSubstr("crema: say to whom: --user USER"));
  EXPECT_FALSE(publish_);
}

TEST_F(CommandLine, OtherCommandsTakeTheBench) {
  EXPECT_EQ(run({"stats", "--bench", "/b"}), 1);
  EXPECT_EQ(stats_->bench.flag, "/b");
  EXPECT_EQ(run({"check", "--bench", "/b"}), 1);
  EXPECT_EQ(check_->bench.flag, "/b");
  EXPECT_EQ(run({"config"}), 1);
  EXPECT_EQ(config_->bench.flag, "");
}

TEST_F(CommandLine, ShowsTheVersion) {
  EXPECT_EQ(run({"version"}), 0);
  EXPECT_EQ(out_.str(), "crema 0.1.0\n");
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out_.str(), "crema 0.1.0\n");
}

TEST_F(CommandLine, EveryCommandHasHelpWithAnExample) {
  for (const char* name :
       {"serve", "demo", "publish", "progress", "stats", "check", "config", "load", "version"}) {
    EXPECT_EQ(run({name, "--help"}), 0) << name;
    EXPECT_THAT(out_.str(), HasSubstr(std::string("  crema ") + name)) << name;
    EXPECT_EQ(run({"--help"}), 0);
    EXPECT_THAT(out_.str(), HasSubstr(std::string("  ") + name)) << name;
  }
}

TEST_F(CommandLine, NamesTheNearestCommandForAnUnknownOne) {
  EXPECT_EQ(run({"pubish"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("there is no command pubish, the nearest is publish"));
}

TEST_F(CommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(run({"--bogus"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--bogus"));
  EXPECT_EQ(run({"--bench", "/b", "publish"}), 2);
  EXPECT_EQ(run({"serve", "extra"}), 2);
  EXPECT_EQ(run({"serve", "--port"}), 2);
  EXPECT_FALSE(serve_);
}

}  // namespace
}  // namespace crema::cli
