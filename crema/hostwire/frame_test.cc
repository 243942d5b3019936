#include "crema/hostwire/frame.h"

#include "crema/hostwire/config.h"

#include <gtest/gtest.h>

namespace crema::hostwire {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

TEST(Frame, IsTwoLengthsAHeadAndAttachments) {
  std::string out;
  append_frame(out, "{}", std::vector<std::string>{"abc"});
  EXPECT_EQ(out, bytes({0, 0, 0, 13, 0, 0, 0, 2, '{', '}', 0, 0, 0, 3, 'a', 'b', 'c'}));
}

TEST(FrameReader, ReadsWhatComesByteByByte) {
  std::string stream;
  append_frame(stream, R"({"type":"ready"})");
  append_frame(stream, "{}", std::vector<std::string>{"", std::string(300, 'x')});
  FrameReader reader;
  std::vector<std::string> heads;
  std::vector<size_t> sizes;
  for (const char c : stream) {
    reader.feed({&c, 1});
    const auto frame = reader.next();
    ASSERT_TRUE(frame);
    if (!*frame) continue;
    heads.emplace_back((*frame)->head);
    for (const auto& attachment : (*frame)->attachments) sizes.push_back(attachment.size());
  }
  EXPECT_EQ(heads, (std::vector<std::string>{R"({"type":"ready"})", "{}"}));
  EXPECT_EQ(sizes, (std::vector<size_t>{0, 300}));
}

TEST(FrameReader, RefusesAFrameBeyondItsBoundBeforeItComes) {
  FrameReader reader;
  reader.feed(bytes({0x7f, 0, 0, 0}));
  EXPECT_EQ(reader.next().error(), Errc::kTooLarge);
  EXPECT_EQ(reader.next().error(), Errc::kTooLarge);
}

TEST(FrameReader, RefusesLengthsThatDoNotAddUp) {
  for (const std::string& broken : {bytes({0, 0, 0, 0}), bytes({0, 0, 0, 5, 0, 0, 0, 2, '{'}),
                                    bytes({0, 0, 0, 7, 0, 0, 0, 2, '{', '}', 1}),
                                    bytes({0, 0, 0, 10, 0, 0, 0, 2, '{', '}', 0, 0, 0, 9})}) {
    FrameReader reader;
    reader.feed(broken);
    EXPECT_EQ(reader.next().error(), Errc::kBadFrame) << broken.size();
  }
}

TEST(FrameReader, RefusesMoreAttachmentsThanAPacketMayHave) {
  std::string stream;
  append_frame(stream, "{}", std::vector<std::string>(kAttachmentsMax + 1));
  FrameReader reader;
  reader.feed(stream);
  EXPECT_EQ(reader.next().error(), Errc::kBadFrame);
}

}  // namespace
}  // namespace crema::hostwire
