// What the heap has to do with an event that is answered.
#include "crema/base/heap_use_for_test.h"
#include "crema/library/library_for_test.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#ifdef CREMA_COUNTS_HEAP_USE

namespace crema {
namespace {

class AllocationsTest : public LibraryTest {
 protected:
  // Of the client's shard, which answers.
  int64_t allocations(server::ClientForTest& client) {
    client.send_text(R"(420["allocations"])");
    const std::string answer = client.frame();
    EXPECT_THAT(answer, testing::StartsWith("430["));
    return std::stoll(answer.substr(4));
  }
};

INSTANTIATE_TEST_SUITE_P(OneShard, AllocationsTest, testing::Values(1U));

// The argument and the acknowledgement, which may be kept; the answer's arguments, its packet and
// its frame.
constexpr int64_t kEchoMax = 5;

TEST_P(AllocationsTest, AnEchoMakesFew) {
  constexpr int kEchoes = 100;
  io_.on("allocations", [] { return base::t_heap_use.allocations; });
  io_.on("echo", [](const Json& said, const Ack& ack) { ack(said); });
  start();
  server::ClientForTest client = connect();
  const auto echo = [&client] {
    client.send_text(R"(421["echo",{"text":"longer than a string holds in place"}])");
    EXPECT_EQ(client.frame(), R"(431[{"text":"longer than a string holds in place"}])");
  };
  echo();  // Pools and tables grow to their size.
  (void)allocations(client);
  const int64_t before = allocations(client);
  const int64_t of_asking = allocations(client) - before;
  for (int i = 0; i < kEchoes; ++i) echo();
  const int64_t each = (allocations(client) - before - 2 * of_asking) / kEchoes;
  RecordProperty("allocations", static_cast<int>(each));
  EXPECT_GT(each, 0) << "the counter counts";
  EXPECT_LE(each, kEchoMax);
}

}  // namespace
}  // namespace crema

#endif
