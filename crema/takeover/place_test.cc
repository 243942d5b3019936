#include "crema/takeover/place.h"

#include "crema/takeover/bench_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::takeover {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Place only_place(Format format, std::string_view text) {
  const auto places = find_places(format, text);
  EXPECT_THAT(places, SizeIs(1)) << text;
  return places.empty() ? Place{} : places.front();
}

TEST(StarterOf, KnowsEveryWayToStartARealtimeProcess) {
  EXPECT_EQ(starter_of("/usr/bin/node apps/frappe/socketio.js"), Starter::kNode);
  EXPECT_EQ(starter_of("/home/f/.nvm/v18/bin/node /home/f/bench/apps/frappe/socketio.js"),
            Starter::kNode);
  EXPECT_EQ(starter_of("NODE_ENV=production node \"apps/frappe/socketio.js\""), Starter::kNode);
  EXPECT_EQ(starter_of("bench socketio"), Starter::kBenchSocketio);
  EXPECT_EQ(starter_of("/usr/local/bin/bench   socketio"), Starter::kBenchSocketio);
  EXPECT_EQ(starter_of("env/bin/python -m frappe.realtime.server"), Starter::kPython);
  EXPECT_EQ(starter_of("/usr/local/bin/crema serve --bench /b"), Starter::kCrema);
  EXPECT_EQ(starter_of("crema --bench /b"), Starter::kCrema);
  EXPECT_EQ(starter_of("crema"), Starter::kCrema);
}

TEST(StarterOf, TakesNothingElseForOne) {
  for (const char* other : {"", "bench serve", "bench worker", "node server.js", "crema demo",
                            "tail -f logs/node-socketio.log", "gunicorn frappe.app:app"}) {
    EXPECT_EQ(starter_of(other), std::nullopt) << other;
  }
}

TEST(FindPlaces, FindsTheLineOfEachGeneration) {
  const Place procfile = only_place(Format::kProcfile, kProcfileNode);
  EXPECT_EQ(procfile.program, "socketio");
  EXPECT_EQ(procfile.command, "/usr/bin/node apps/frappe/socketio.js");
  EXPECT_EQ(procfile.line, 6U);
  EXPECT_EQ(only_place(Format::kProcfile, kProcfileBench).starter, Starter::kBenchSocketio);

  const Place supervisor = only_place(Format::kSupervisor, kSupervisorNode);
  EXPECT_EQ(supervisor.program, "frappe-bench-node-socketio");
  EXPECT_EQ(supervisor.line, 12U);
  EXPECT_EQ(only_place(Format::kSupervisor, kSupervisorBench).starter, Starter::kBenchSocketio);
  EXPECT_THAT(find_places(Format::kSupervisor, kSupervisorWithout), IsEmpty());

  EXPECT_EQ(only_place(Format::kSystemd, kUnitNode).line, 9U);
  EXPECT_THAT(find_places(Format::kSystemd, kUnitWeb), IsEmpty());
}

TEST(FindPlaces, LeavesOutWhatIsCommentedOut) {
  EXPECT_THAT(find_places(Format::kProcfile, "# socketio: node apps/frappe/socketio.js\n"),
              IsEmpty());
  EXPECT_THAT(
      find_places(Format::kSupervisor, "[program:x]\n;command=node apps/frappe/socketio.js\n"),
      IsEmpty());
}

TEST(FindPlaces, LooksOnlyAtCommands) {
  EXPECT_THAT(find_places(Format::kSupervisor,
                          "[eventlistener:x]\ncommand=node socketio.js\n"
                          "[program:y]\ndirectory=node socketio.js\n"),
              IsEmpty());
  EXPECT_THAT(find_places(Format::kSystemd, "[Unit]\nExecStart=node socketio.js\n"), IsEmpty());
  EXPECT_THAT(find_places(Format::kSystemd, "[Service]\nExecStop=node socketio.js\n"), IsEmpty());
}

TEST(FindPlaces, TakesCrLfOddIndentationAndAMissingLastLineEnd) {
  const std::string text = "web: bench serve\r\n \t socketio \t:\t node socketio.js \t\r\n";
  const Place place = only_place(Format::kProcfile, text);
  EXPECT_EQ(place.program, "socketio");
  EXPECT_EQ(with_command(text, place, "X"), "web: bench serve\r\n \t socketio \t:\t X \t\r\n");

  const std::string last = "[program:a]\n  command  =  node socketio.js";
  EXPECT_EQ(with_command(last, only_place(Format::kSupervisor, last), "X"),
            "[program:a]\n  command  =  X");
}

TEST(FindPlaces, TakesAContinuedCommandAsOne) {
  const std::string supervisor = "[program:a]\ncommand=node\n    socketio.js ; why\nuser=f\n";
  EXPECT_EQ(with_command(supervisor, only_place(Format::kSupervisor, supervisor), "X"),
            "[program:a]\ncommand=X ; why\nuser=f\n");
  const std::string unit = "[Service]\nExecStart=/usr/bin/node \\\n  socketio.js\nUser=f\n";
  const Place place = only_place(Format::kSystemd, unit);
  EXPECT_EQ(place.starter, Starter::kNode);
  EXPECT_EQ(with_command(unit, place, "X"), "[Service]\nExecStart=X\nUser=f\n");
}

TEST(FindPlaces, LeavesACommentBehindTheCommandAlone) {
  const std::string text = "[program:a]\ncommand=node socketio.js ; the realtime process\n";
  EXPECT_EQ(with_command(text, only_place(Format::kSupervisor, text), "X"),
            "[program:a]\ncommand=X ; the realtime process\n");
}

TEST(FindPlaces, FindsEveryOneOfSeveral) {
  EXPECT_THAT(find_places(Format::kSupervisor,
                          "[program:a]\ncommand=node socketio.js\n[program:b]\ncommand=crema\n"),
              SizeIs(2));
}

TEST(FindPlaces, SurvivesWhatIsNoSuchFile) {
  for (const char* odd : {"", "\n", ":", "[", "[]", "[program:", "=", "[Service]\nExecStart=\\",
                          "[program:a]\ncommand=", "\xff\xfe\n:\n"}) {
    for (const Format format : {Format::kProcfile, Format::kSupervisor, Format::kSystemd}) {
      EXPECT_THAT(find_places(format, odd), IsEmpty()) << odd;
    }
  }
}

}  // namespace
}  // namespace crema::takeover
