#include "crema/app/admin_socket.h"

#include "crema/app/test_bench.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace crema::app {
namespace {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

std::string temporary_path() { return "/tmp/crema-" + std::to_string(geteuid()) + "/demo.sock"; }

AdminSocket mine(const std::string& path) { return {path, SocketOwner::kThisUser}; }

TEST(AdminSocket, OfABenchIsInItsConfigFolder) {
  EXPECT_EQ(bench_admin_socket("/home/frappe/bench").path, "/home/frappe/bench/config/crema.sock");
}

TEST(AdminSocket, OfTheDemoIsInTheRuntimeDirectory) {
  const TestBench directory;
  EXPECT_EQ(demo_admin_socket({{"XDG_RUNTIME_DIR", directory.path()}}).path,
            directory.path() + "/crema-demo.sock");
}

TEST(AdminSocket, OfTheDemoIsInTmpWithoutAUsableRuntimeDirectory) {
  EXPECT_EQ(demo_admin_socket({}).path, temporary_path());
  EXPECT_EQ(demo_admin_socket({{"XDG_RUNTIME_DIR", "/nonexistent"}}).path, temporary_path());
  EXPECT_EQ(demo_admin_socket({{"XDG_RUNTIME_DIR", "relative"}}).path, temporary_path());
}

TEST(SocketDirectory, IsMadeForItsOwnerAlone) {
  const TestBench bench;
  const AdminSocket socket = bench_admin_socket(bench.path());
  EXPECT_FALSE(check_socket_directory(socket));
  ASSERT_TRUE(prepare_socket_directory(socket));
  EXPECT_EQ(mode_of(bench.path() + "/config"), 0700U);
  EXPECT_TRUE(prepare_socket_directory(socket));
}

TEST(SocketDirectory, IsRefusedWhenEverybodyCanWriteIt) {
  const TestBench bench;
  ASSERT_EQ(chmod(bench.path().c_str(), 0777), 0);
  const auto checked = prepare_socket_directory(mine(bench.path() + "/x.sock"));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().what, "can be written by everybody");
}

TEST(SocketDirectory, OfTheDemoIsRefusedWhenSomebodyElseMadeIt) {
  // As root a folder can be given away; as anybody else /usr is somebody else's.
  if (geteuid() == 0) {
    const TestBench bench;
    ASSERT_EQ(chown(bench.path().c_str(), 12345, 12345), 0);
    EXPECT_EQ(check_socket_directory(mine(bench.path() + "/x.sock")).error().what,
              "belongs to another user");
    EXPECT_TRUE(check_socket_directory({bench.path() + "/x.sock", SocketOwner::kBench}));
  } else {
    EXPECT_EQ(check_socket_directory(mine("/usr/x.sock")).error().what, "belongs to another user");
  }
}

TEST(SocketDirectory, IsRefusedWhenItIsALink) {
  const TestBench bench;
  std::filesystem::create_directory_symlink(bench.path() + "/sites", bench.path() + "/link");
  EXPECT_FALSE(prepare_socket_directory(mine(bench.path() + "/link/x.sock")));
}

TEST(SocketDirectory, IsRefusedWhenThePathIsTooLong) {
  const TestBench bench;
  EXPECT_FALSE(check_socket_directory(mine(bench.path() + "/" + std::string(100, 'x'))));
}

}  // namespace
}  // namespace crema::app
