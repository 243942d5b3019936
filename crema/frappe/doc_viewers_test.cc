#include "crema/frappe/doc_viewers.h"

#include "crema/frappe/counters.h"
#include "crema/frappe/realtime_for_test.h"

#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

INSTANTIATE_TEST_SUITE_P(Shards, DocViewersTest, testing::Values(1U, 3U));

// The sequences that were observed on the original. Source: spec/frappe-realtime.md 4.4.
TEST_P(DocViewersTest, TellsEverybodyOfEverybody) {
  start();
  Client alice = join("a", "alice");
  Client bob = join("a", "bob");
  Client again = join("a", "alice");
  open_doc(alice, R"("ToDo","1")");
  open_doc(bob, R"("ToDo","1")");
  EXPECT_EQ(alice.frame(), viewers(R"("alice","bob")")) << "the first is told when it is not alone";
  EXPECT_EQ(bob.frame(), viewers(R"("alice","bob")"));
  open_doc(again, R"("ToDo","1")");
  for (Client* client : {&alice, &bob, &again}) {
    EXPECT_EQ(client->frame(), viewers(R"("alice","bob")"));
  }
  bob.send_text(R"(42/a,["doc_close","ToDo","1"])");
  EXPECT_EQ(alice.frame(), viewers(R"("alice")"));
  EXPECT_EQ(again.frame(), viewers(R"("alice")"));
  settle(bob);
}

TEST_P(DocViewersTest, TellsOfAViewerWhoIsGone) {
  start();
  Client alice = join("a", "alice");
  Client bob = join("a", "bob");
  open_doc(alice, R"("ToDo","1")");
  open_doc(bob, R"("ToDo","1")");
  (void)alice.frame();
  bob.close();
  EXPECT_EQ(alice.frame(), viewers(R"("alice")"));
}

// The original forgets all of a socket's documents when it closes one.
TEST_P(DocViewersTest, RemembersTheOtherDocumentsOfWhoeverClosesOne) {
  start();
  Client alice = join("a", "alice");
  Client bob = join("a", "bob");
  open_doc(alice, R"("ToDo","1")");
  open_doc(bob, R"("ToDo","2")");
  open_doc(bob, R"("ToDo","1")");
  (void)alice.frame();
  (void)bob.frame();
  bob.send_text(R"(42/a,["doc_close","ToDo","2"])");
  settle_after(bob);
  bob.close();
  EXPECT_EQ(alice.frame(), viewers(R"("alice")"));
  EXPECT_TRUE(empties_to(1));
}

TEST_P(DocViewersTest, CountsASocketThatOpensTwiceOnce) {
  start();
  Client alice = join("a", "alice");
  open_doc(alice, R"("ToDo","1")");
  open_doc(alice, R"("ToDo","1")");
  settle(alice);
  alice.close();
  EXPECT_TRUE(empties_to(0));
}

// Source: spec/frappe-realtime.md 4.4: closing what was never opened is told as well.
TEST_P(DocViewersTest, TellsWhenSomebodyClosesWhatTheyHadNotOpened) {
  start();
  Client alice = join("a", "alice");
  Client bob = join("a", "bob");
  open_doc(alice, R"("ToDo","1")");
  bob.send_text(R"(42/a,["doc_close","ToDo","1"])");
  EXPECT_EQ(alice.frame(), viewers(R"("alice")"));
}

TEST_P(DocViewersTest, GivesBackTheNameAsItCame) {
  start();
  Client alice = join("a", "alice");
  Client bob = join("a", "bob");
  open_doc(alice, R"("É/\"",7)");
  open_doc(bob, R"("É/\"",7)");
  EXPECT_EQ(bob.frame(),
            R"(42/a,["doc_viewers",{"doctype":"É/\"","docname":7,"users":["alice","bob"]}])");
}

TEST_P(DocViewersTest, KeepsSitesApart) {
  start();
  Client alice = join("a", "alice");
  Client other = join("b", "alice");
  Client bob = join("a", "bob");
  open_doc(alice, R"("ToDo","1")");
  other.send_text(R"(42/b,5["doc_open","ToDo","1"])");
  EXPECT_EQ(other.frame(), R"(43/b,5[{"ok":true}])");
  open_doc(bob, R"("ToDo","1")");
  EXPECT_EQ(alice.frame(), viewers(R"("alice","bob")"));
  publish("b", "website", "end");
  EXPECT_EQ(other.frame(), R"(42/b,["end",null])");
}

TEST_P(DocViewersTest, DoesNothingWithoutADocument) {
  start();
  Client alice = join("a", "alice");
  for (const char* arguments : {R"("ToDo")", R"("ToDo","")", R"("",1)", R"("ToDo",0)",
                                R"("ToDo",null)", R"({},"1")", R"("ToDo",["1"])"}) {
    alice.send_text(std::string(R"(42/a,1["doc_open",)") + arguments + "]");
    EXPECT_EQ(alice.frame(), R"(43/a,1[{"ok":false,"error":"This room cannot be joined"}])");
    alice.send_text(std::string(R"(42/a,2["doc_close",)") + arguments + "]");
    EXPECT_EQ(alice.frame(), R"(43/a,2[{"ok":true}])");
  }
  EXPECT_EQ(on(0, [&] { return backend_->checked; }), 0);
}

TEST_P(DocViewersTest, ForgetsWhoClosesBeforeThePermissionIsThere) {
  start();
  const int64_t allowed = kChecksAllowed.value();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,3["doc_open","ToDo","held"])");
  ASSERT_TRUE(backend_->log.wait_for("check ToDo held"));
  alice.send_text(R"(42/a,["doc_close","ToDo","held"])");
  settle(alice);
  on(0, [&] { backend_->release(); });
  ASSERT_TRUE(becomes([&] { return kChecksAllowed.value() == allowed + 1; }));
  EXPECT_EQ(alice.frame(), R"(43/a,3[{"ok":false,"error":"Cancelled"}])");
  EXPECT_TRUE(empties_to(0));
}

}  // namespace
}  // namespace crema::frappe
