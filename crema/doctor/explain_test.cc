#include "crema/doctor/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::doctor {
namespace {

using ::testing::HasSubstr;

Finding explained(Visit visit) {
  const Circumstances it{.url = {Scheme::kHttps, "erp.example.com", 443},
                         .site = "erp.example.com",
                         .user = "ann@example.com",
                         .listening = "127.0.0.1:9000"};
  return explain(visit, it);
}

Visit answered(Step step, unsigned status) {
  Visit visit{.stopped_at = step};
  visit.answer = http::Response{.status = status};
  return visit;
}

Visit refused(std::string message) {
  return {.stopped_at = Step::kConnect, .message = std::move(message)};
}

TEST(Explain, EveryFailureHasACure) {
  using Kind = ChannelError::Kind;
  for (const Kind kind : {Kind::kResolve, Kind::kRefused, Kind::kTimeout, Kind::kClosed,
                          Kind::kCertificate, Kind::kTls}) {
    for (const Step step :
         {Step::kPoll, Step::kUpgrade, Step::kOpen, Step::kConnect, Step::kPing, Step::kEvent}) {
      Visit visit{.stopped_at = step};
      visit.error = ChannelError{kind};
      const Finding finding = explained(visit);
      EXPECT_EQ(finding.verdict, Verdict::kFailed);
      EXPECT_FALSE(finding.cure.empty());
    }
  }
  for (unsigned status = 200; status < 600; ++status) {
    EXPECT_FALSE(explained(answered(Step::kPoll, status)).cure.empty()) << status;
    EXPECT_FALSE(explained(answered(Step::kUpgrade, status)).cure.empty()) << status;
  }
}

TEST(Explain, NamesTheClassicRefusals) {
  EXPECT_THAT(explained(refused("Invalid origin")).cure, HasSubstr("FRAPPE_SITE_NAME_HEADER"));
  EXPECT_THAT(explained(refused("Invalid namespace")).cure,
              HasSubstr("X-Frappe-Site-Name erp.example.com;"));
  EXPECT_THAT(explained(refused("Missing cookie and authorization header.")).cure,
              HasSubstr("Cookie header does not arrive"));
  EXPECT_THAT(explained(refused("Unauthorized: 403")).cure, HasSubstr("--sid"));
  EXPECT_THAT(explained(refused("something new")).cure, HasSubstr("log"));
}

TEST(Explain, NamesWhereTheProxyShouldLook) {
  EXPECT_THAT(explained(answered(Step::kPoll, 502)).cure, HasSubstr("127.0.0.1:9000"));
}

TEST(Explain, SaysWhatWorked) {
  const Finding finding = explained({.stopped_at = Step::kDone});
  EXPECT_EQ(finding.verdict, Verdict::kOk);
  EXPECT_THAT(finding.what, HasSubstr("https://erp.example.com: polling"));
  EXPECT_THAT(finding.what, HasSubstr("an event for ann@example.com"));
}

TEST(PublicUrl, IsWrittenAsBrowsersWriteIt) {
  EXPECT_EQ(parse_public_url("https://erp.example.com/").value().origin(),
            "https://erp.example.com");
  EXPECT_EQ(parse_public_url("https://erp.example.com:8443").value().authority(),
            "erp.example.com:8443");
  EXPECT_EQ(parse_public_url("http://[::1]:8000").value().origin(), "http://[::1]:8000");
  EXPECT_EQ(parse_public_url("http://x").value().port, 80);
}

TEST(PublicUrl, IsAHostWithAtMostAPort) {
  for (const char* bad : {"", "x", "ftp://x", "http://", "http://x/app", "http://u@x", "http://x:0",
                          "http://x?y", "https://x:y"}) {
    EXPECT_FALSE(parse_public_url(bad)) << bad;
  }
}

TEST(FindingsText, IsALineEachWithItsCure) {
  const Findings findings = {{Verdict::kOk, "redis_queue", "answers"},
                             {Verdict::kFailed, "proxy", "is away", "start it"}};
  EXPECT_EQ(to_string(findings),
            "ok    redis_queue   answers\n"
            "FAIL  proxy         is away. Cure: start it\n");
  EXPECT_TRUE(has_failure(findings));
  EXPECT_FALSE(has_failure({findings.front()}));
}

}  // namespace
}  // namespace crema::doctor
