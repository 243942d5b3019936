#include "crema/takeover/plan.h"

#include "crema/takeover/bench_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace crema::takeover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kCrema = "/usr/local/bin/crema";
constexpr const char* kSupervisorName = "config/supervisor.conf";

class Takeover : public ::testing::Test {
 protected:
  std::vector<StartFile> files() { return survey(bench_.path()); }
  State state() { return files().front().state; }
  Plan installing(const char* binary = kCrema) {
    return plan_install(files(), binary, bench_.path());
  }
  void install(const char* binary = kCrema) {
    const auto done = carry_out(installing(binary));
    EXPECT_TRUE(done) << done.error();
  }
  Plan uninstall() {
    const Plan plan = plan_uninstall(files());
    const auto done = carry_out(plan);
    EXPECT_TRUE(done) << done.error();
    return plan;
  }
  [[nodiscard]] std::string command() const {
    return std::string(kCrema) + " serve --bench " + bench_.path();
  }

  BenchForTest bench_;
};

TEST_F(Takeover, GoesThereAndBackByteForByteInEveryGeneration) {
  const std::string crlf = "web: bench serve\r\nsocketio:   bench socketio  \r\n";
  const std::pair<const char*, std::string> cases[] = {
      {"Procfile", std::string(kProcfileNode)},
      {"Procfile", std::string(kProcfileBench)},
      {"Procfile", crlf},
      {"Procfile", "socketio: node apps/frappe/socketio.js"},
      {kSupervisorName, std::string(kSupervisorNode)},
      {kSupervisorName, std::string(kSupervisorBench)},
      {kUnitName, std::string(kUnitNode)}};
  for (const auto& [name, text] : cases) {
    const BenchForTest bench;
    bench.write(name, text);
    const Plan plan = plan_install(survey(bench.path()), kCrema, bench.path());
    ASSERT_TRUE(carry_out(plan));
    EXPECT_THAT(bench.read(name), HasSubstr(std::string(kCrema) + " serve --bench " + bench.path()))
        << name;
    EXPECT_EQ(bench.read(std::string(name) + ".before-crema"), text);
    EXPECT_EQ(survey(bench.path()).front().state, State::kInstalled);
    ASSERT_TRUE(carry_out(plan_uninstall(survey(bench.path()))));
    EXPECT_EQ(bench.read(name), text) << name;
    EXPECT_FALSE(bench.has(std::string(name) + ".before-crema"));
  }
}

TEST_F(Takeover, ShowsTheDifferenceAndWhatToRunNext) {
  bench_.write("Procfile", kProcfileBench);
  bench_.write(kSupervisorName, kSupervisorBench);
  bench_.write(kUnitName, kUnitNode);
  bench_.write("config/systemd/frappe-bench-frappe-web.service", kUnitWeb);
  const Plan plan = installing();
  EXPECT_THAT(plan.changes, SizeIs(3));
  EXPECT_THAT(difference(plan), HasSubstr("-socketio: bench socketio\n+socketio: " + command()));
  EXPECT_THAT(difference(plan), HasSubstr("+ExecStart=" + command()));
  EXPECT_THAT(next_steps(plan),
              ElementsAre(HasSubstr("bench start"), HasSubstr("supervisorctl reread"),
                          HasSubstr("systemctl daemon-reload && sudo systemctl restart "
                                    "frappe-bench-node-socketio.service")));
}

TEST_F(Takeover, DoesNothingTwice) {
  bench_.write("Procfile", kProcfileNode);
  install();
  const Plan again = installing();
  EXPECT_THAT(again.changes, IsEmpty());
  EXPECT_THAT(again.notes, ElementsAre(HasSubstr("nothing to do")));
}

TEST_F(Takeover, AnotherPathOfCremaKeepsTheFirstOriginal) {
  bench_.write("Procfile", kProcfileNode);
  install("/tmp/build/crema");
  install();
  EXPECT_THAT(bench_.read("Procfile"), HasSubstr(command()));
  uninstall();
  EXPECT_EQ(bench_.read("Procfile"), kProcfileNode);
}

TEST_F(Takeover, KeepsWhatWasEditedSince) {
  bench_.write("Procfile", kProcfileNode);
  install();
  bench_.write("Procfile", bench_.read("Procfile") + "mail: mailpit\n");
  EXPECT_EQ(state(), State::kEdited);
  EXPECT_THAT(uninstall().notes, ElementsAre(HasSubstr("edited since")));
  EXPECT_EQ(bench_.read("Procfile"), std::string(kProcfileNode) + "mail: mailpit\n");
}

TEST_F(Takeover, SeesThatBenchSetupHasOverwrittenIt) {
  bench_.write(kSupervisorName, kSupervisorNode);
  install();
  bench_.write(kSupervisorName, kSupervisorBench);
  EXPECT_EQ(state(), State::kOverwritten);
  EXPECT_THAT(describe(files().front()), HasSubstr("bench setup has written the file anew"));
  // Going back leaves what bench wrote; installing again keeps that.
  install();
  EXPECT_EQ(bench_.read("config/supervisor.conf.before-crema"), kSupervisorBench);
  uninstall();
  EXPECT_EQ(bench_.read(kSupervisorName), kSupervisorBench);
}

TEST_F(Takeover, UninstallAfterBenchSetupOnlyForgets) {
  bench_.write("Procfile", kProcfileNode);
  install();
  bench_.write("Procfile", kProcfileBench);
  const Plan plan = uninstall();
  EXPECT_THAT(next_steps(plan), IsEmpty());
  EXPECT_EQ(bench_.read("Procfile"), kProcfileBench);
  EXPECT_FALSE(bench_.has("Procfile.before-crema"));
}

TEST_F(Takeover, LeavesCremaThatWasWrittenByHandAndCannotTakeItBack) {
  bench_.write("Procfile", "socketio: crema serve\n");
  EXPECT_EQ(state(), State::kByHand);
  EXPECT_THAT(installing().changes, IsEmpty());
  EXPECT_THAT(plan_uninstall(files()).problems, ElementsAre(HasSubstr("bench setup procfile")));
}

TEST_F(Takeover, DoesNotChooseBetweenSeveral) {
  bench_.write(kSupervisorName,
               "[program:a]\ncommand=node socketio.js\n[program:b]\ncommand=bench socketio\n");
  EXPECT_EQ(state(), State::kSeveral);
  EXPECT_THAT(installing().problems, ElementsAre(HasSubstr("more than one")));
}

TEST_F(Takeover, LeavesASecondCremaOnAnotherPortAlone) {
  const std::string text =
      "[program:a]\ncommand=node socketio.js\n[program:b]\ncommand=crema serve --port 9100\n";
  bench_.write(kSupervisorName, text);
  install();
  EXPECT_THAT(bench_.read(kSupervisorName), HasSubstr("[program:b]\ncommand=crema serve --port"));
  EXPECT_EQ(state(), State::kInstalled);
  uninstall();
  EXPECT_EQ(bench_.read(kSupervisorName), text);
}

TEST_F(Takeover, FollowsALinkAndLeavesItALink) {
  bench_.write("elsewhere/frappe.conf", kSupervisorNode);
  std::filesystem::create_directory(bench_.path("config"));
  std::filesystem::create_symlink("../elsewhere/frappe.conf", bench_.path(kSupervisorName));
  install();
  EXPECT_TRUE(std::filesystem::is_symlink(bench_.path(kSupervisorName)));
  EXPECT_THAT(bench_.read("elsewhere/frappe.conf"), HasSubstr(command()));
  EXPECT_TRUE(bench_.has("elsewhere/frappe.conf.before-crema"));
  uninstall();
  EXPECT_TRUE(std::filesystem::is_symlink(bench_.path(kSupervisorName)));
  EXPECT_EQ(bench_.read("elsewhere/frappe.conf"), kSupervisorNode);
}

TEST_F(Takeover, SaysThatALinkLeadsNowhere) {
  std::filesystem::create_symlink("nowhere", bench_.path("Procfile"));
  EXPECT_THAT(installing().problems, ElementsAre(HasSubstr("Procfile leads nowhere")));
}

TEST_F(Takeover, FindsNothingInABenchWithoutFiles) { EXPECT_THAT(files(), IsEmpty()); }

TEST_F(Takeover, KeepsThePermissions) {
  bench_.write("Procfile", kProcfileNode);
  ASSERT_EQ(chmod(bench_.path("Procfile").c_str(), 0640), 0);
  install();
  uninstall();
  struct stat status {};
  ASSERT_EQ(stat(bench_.path("Procfile").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(Takeover, ChangesNothingWhenOneFileCannotBeWritten) {
  bench_.write("Procfile", kProcfileNode);
  bench_.write(kSupervisorName, kSupervisorNode);
  const Plan plan = installing();
  // Even root cannot put a file in a folder that is gone.
  std::filesystem::remove_all(bench_.path("config"));
  const auto done = carry_out(plan);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error(), HasSubstr(kSupervisorName));
  EXPECT_EQ(bench_.read("Procfile"), kProcfileNode);
  EXPECT_FALSE(bench_.has("Procfile.before-crema"));
}

TEST_F(Takeover, NamesTheUserWhoMayNotWrite) {
  bench_.write("Procfile", kProcfileNode);
  ASSERT_EQ(chmod(bench_.path().c_str(), 0555), 0);
  const Plan plan = installing();
  // Root may write everywhere, so it is somebody else who tries.
  constexpr uid_t kNobody = 65534;
  const bool is_root = geteuid() == 0;
  ASSERT_EQ(is_root ? seteuid(kNobody) : 0, 0);
  const auto done = carry_out(plan);
  ASSERT_EQ(is_root ? seteuid(0) : 0, 0);
  ASSERT_EQ(chmod(bench_.path().c_str(), 0755), 0);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error(), HasSubstr("sudo"));
}

TEST(CremaCommand, QuotesPathsAsEachFormatReadsThem) {
  EXPECT_EQ(crema_command(Format::kProcfile, kCrema, "/my bench").value(),
            "/usr/local/bin/crema serve --bench \"/my bench\"");
  EXPECT_EQ(crema_command(Format::kProcfile, kCrema, "/a%b").value(),
            "/usr/local/bin/crema serve --bench \"/a%b\"");
  EXPECT_EQ(crema_command(Format::kSupervisor, kCrema, "/a%b").value(),
            "/usr/local/bin/crema serve --bench \"/a%%b\"");
  for (const char* bad : {"/a\"b", "/a$b", "/a\nb", "/a`b", "/a;b"}) {
    EXPECT_FALSE(crema_command(Format::kProcfile, kCrema, bad)) << bad;
  }
}

}  // namespace
}  // namespace crema::takeover
