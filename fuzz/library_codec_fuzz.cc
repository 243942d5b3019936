// What a client sends becomes the values of a handler's parameters, or is refused; what became a
// value is sent and read back as the same one.
//
// The first byte is the number of attachments, the rest one argument of an event.
#include "crema/base/check.h"
#include "crema/json/normalize.h"
#include "crema/library/codec.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crema {

// A type that contains itself goes as deep as JSON does.
struct Tree {
  std::string name;
  std::vector<Tree> branches;
  bool operator==(const Tree&) const = default;
};
template <>
struct Fields<Tree> {
  static constexpr auto list =
      std::tuple(field("name", &Tree::name), field("branches", &Tree::branches));
};

struct Everything {
  std::optional<bool> flag;
  std::optional<int8_t> small;
  std::optional<int64_t> large;
  std::optional<uint64_t> largest;
  std::optional<std::vector<double>> numbers;
  std::optional<std::string> text;
  std::optional<Bytes> bytes;
  std::optional<Json> json;
  std::optional<Tree> tree;
  std::optional<std::map<std::string, std::vector<Bytes>>> pieces;
  std::optional<std::unordered_map<std::string, std::optional<int>>> counts;
  std::optional<std::pair<std::string, std::tuple<bool, Bytes, uint32_t>>> nested;
  bool operator==(const Everything&) const = default;
};
template <>
struct Fields<Everything> {
  static constexpr auto list =
      std::tuple(field("flag", &Everything::flag), field("small", &Everything::small),
                 field("large", &Everything::large), field("largest", &Everything::largest),
                 field("numbers", &Everything::numbers), field("text", &Everything::text),
                 field("bytes", &Everything::bytes), field("json", &Everything::json),
                 field("tree", &Everything::tree), field("pieces", &Everything::pieces),
                 field("counts", &Everything::counts), field("nested", &Everything::nested));
};

namespace {

// A number beyond doubles is read as infinite, which JavaScript sends as null.
bool comes_back(double value) { return std::isfinite(value); }
bool comes_back(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}
// Json keeps placeholders, whose attachments stay where they were.
bool comes_back(const Json&) { return false; }
bool comes_back(const Everything& value) {
  return !value.json && (!value.numbers || comes_back(*value.numbers));
}
template <class T>
bool comes_back(const T&) {
  return true;
}

template <class T>
void check(const Value& argument) {
  T value{};
  if (!decode(argument, value)) return;
  Encoder out = encode_all(value);
  std::string normal;
  CREMA_ASSERT(json::normalize(out.text(), json::NonFinite::kReject, normal));
  CREMA_ASSERT(normal == out.text());
  if (!comes_back(value)) return;
  T again{};
  CREMA_ASSERT(decode(Value(out.text(), out.attachments()), again));
  CREMA_ASSERT(again == value);
}

template <class... T>
void check_all(const Value& argument) {
  (check<T>(argument), ...);
}

}  // namespace
}  // namespace crema

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace crema;
  if (size == 0) return 0;
  const std::vector<std::string> attachments(data[0] % 11, "bytes");
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string normal;
  if (!json::normalize(text, json::NonFinite::kNull, normal)) return 0;
  const Value argument(normal, attachments);
  check_all<bool, int8_t, uint16_t, int64_t, uint64_t, double, std::string, Bytes, Json>(argument);
  check_all<std::optional<int>, std::vector<double>, std::vector<std::string>, Tree, Everything,
            std::map<std::string, std::vector<Bytes>>, std::unordered_map<std::string, uint64_t>,
            std::pair<std::string, int>, std::tuple<bool, Bytes, uint32_t>>(argument);
  // A value that is sent on as it came keeps its attachments.
  Encoder out;
  out.value(argument);
  std::string sent;
  CREMA_ASSERT(json::normalize(out.text(), json::NonFinite::kReject, sent) && sent == out.text());
  return 0;
}
