#include "crema/json/normalize.h"

#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/json/config.h"
#include "crema/json/scan.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>

namespace crema::json {
namespace {

constexpr size_t kWantedMax = 8;

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// What may come next, beside white space:
//
//   kValue ------- scalar ------> kNext           kFirstKey -- "key": --> kValue
//   kValue ------- [ -----------> kFirstElement   kFirstKey -- } -------> kNext
//   kValue ------- { -----------> kFirstKey       kKey ------- "key": --> kValue
//   kFirstElement  as kValue, or ] ----> kNext
//   kNext -- , in an array --> kValue             kNext -- , in an object --> kKey
//   kNext -- ] or } ---------> kNext              kNext -- at depth 0 ------> the end of the text
enum class Expect : uint8_t { kValue, kFirstElement, kKey, kFirstKey, kNext };

class Normalizer {
 public:
  Normalizer(std::string_view in, NonFinite non_finite, std::string& out,
             std::span<const Wanted> wanted)
      : in_(in), non_finite_(non_finite), out_(out), wanted_(wanted) {
    CREMA_ASSERT(wanted.size() <= kWantedMax);
  }

  Result<void> run() {
    for (skip_space(); p_ != end_; skip_space()) {
      if (!token(*p_)) return base::fail(error_);
    }
    if (expect_ != Expect::kNext || depth_ != 0) return base::fail(Errc::kSyntax);
    // Outside strings the grammar is ASCII; what strings hold is checked at once, if need be.
    if ((seen_ & 0x8080808080808080) != 0 && !base::valid_utf8(in_)) {
      return base::fail(Errc::kBadUtf8);
    }
    flush();
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (places_[i].end != 0) *wanted_[i].value = slice_of_out(places_[i]);
    }
    return {};
  }

 private:
  struct Place {
    size_t begin = 0;  // In `out_`.
    size_t end = 0;
  };

  bool token(char c) {
    switch (expect_) {
      case Expect::kFirstElement:
        return c == ']' ? close() : value(c);
      case Expect::kValue:
        return value(c);
      case Expect::kFirstKey:
        return c == '}' ? close() : key(c);
      case Expect::kKey:
        return key(c);
      case Expect::kNext:
        return next(c);
    }
    return false;
  }

  bool value(char c) {
    expect_ = Expect::kNext;
    switch (c) {
      case '"':
        return string();
      case '{':
        return open(Expect::kFirstKey);
      case '[':
        return open(Expect::kFirstElement);
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      case 'N':
        return non_finite("NaN");
      case 'I':
        return non_finite("Infinity");
      default:
        return number();
    }
  }

  bool key(char c) {
    const char* const first = p_;
    if (c != '"' || !string()) return false;
    const std::string_view raw_key(first + 1, p_ - 1);
    skip_space();
    expect_ = Expect::kValue;
    if (!eat(':')) return false;
    if (depth_ == 1) open_member(raw_key);
    return true;
  }

  // A member of the outermost object, of which the value comes next.
  void open_member(std::string_view raw_key) {
    const auto is_it = [raw_key](const Wanted& each) { return key_is(raw_key, each.key); };
    const auto found = std::ranges::find_if(wanted_, is_it);
    if (found == wanted_.end()) return;
    skip_space();
    member_ = &places_[static_cast<size_t>(found - wanted_.begin())];
    member_->begin = out_position();
  }

  void close_member() {
    if (!member_) return;
    member_->end = out_position();
    member_ = nullptr;
  }

  bool next(char c) {
    if (depth_ == 0) return false;
    if (depth_ == 1) close_member();
    const bool in_object = is_object_[depth_ - 1];
    if (c != ',') return c == (in_object ? '}' : ']') && close();
    expect_ = in_object ? Expect::kKey : Expect::kValue;
    return eat(',');
  }

  bool open(Expect first) {
    if (depth_ == kDepthMax) {
      error_ = Errc::kTooDeep;
      return false;
    }
    is_object_[depth_++] = first == Expect::kFirstKey;
    expect_ = first;
    ++p_;
    return true;
  }

  bool close() {
    --depth_;
    expect_ = Expect::kNext;
    ++p_;
    return true;
  }

  bool string() {
    ++p_;
    while ((p_ = find_special(p_, end_, seen_)) != end_) {
      if (eat('"')) return true;
      if (!escape()) return false;
    }
    return false;
  }

  bool escape() {
    if (!eat('\\') || p_ == end_) return false;
    switch (*p_++) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return true;
      case 'u':
        break;
      default:
        return false;
    }
    if (end_ - p_ < 4) return false;
    const bool hex =
        is_hex_digit(p_[0]) && is_hex_digit(p_[1]) && is_hex_digit(p_[2]) && is_hex_digit(p_[3]);
    p_ += 4;
    return hex;
  }

  bool number() {
    if (eat('-') && p_ != end_ && *p_ == 'I') {
      --p_;
      return non_finite("-Infinity");
    }
    if (!eat('0') && !digits()) return false;
    if (eat('.') && !digits()) return false;
    if (!eat('e') && !eat('E')) return true;
    if (!eat('-')) eat('+');
    return digits();
  }

  // At least one.
  bool digits() {
    const char* const first = p_;
    while (p_ != end_ && is_digit(*p_)) ++p_;
    return p_ != first;
  }

  bool word(std::string_view expected) {
    if (!rest().starts_with(expected)) return false;
    p_ += expected.size();
    return true;
  }

  bool non_finite(std::string_view expected) {
    const char* const at = p_;
    if (non_finite_ == NonFinite::kReject || !word(expected)) return false;
    out_.append(copied_, at).append("null");
    copied_ = p_;
    return true;
  }

  void skip_space() {
    if (p_ == end_ || !is_space(*p_)) return;
    flush();
    do {
      ++p_;
    } while (p_ != end_ && is_space(*p_));
    copied_ = p_;
  }

  bool eat(char expected) {
    if (p_ == end_ || *p_ != expected) return false;
    ++p_;
    return true;
  }

  void flush() {
    out_.append(copied_, p_);
    copied_ = p_;
  }

  [[nodiscard]] std::string_view rest() const { return {p_, static_cast<size_t>(end_ - p_)}; }
  // Where in `out_` the next byte will be.
  [[nodiscard]] size_t out_position() const {
    return out_.size() + static_cast<size_t>(p_ - copied_);
  }
  [[nodiscard]] Slice slice_of_out(Place place) const {
    return Slice(out_).substr(place.begin, place.end - place.begin);
  }

  // Fixed at construction.
  const std::string_view in_;
  const NonFinite non_finite_;
  std::string& out_;
  const std::span<const Wanted> wanted_;
  const char* const end_ = in_.data() + in_.size();

  const char* p_ = in_.data();
  const char* copied_ = p_;  // All before it is in `out_`, or was left out.
  Expect expect_ = Expect::kValue;
  size_t depth_ = 0;
  std::bitset<kDepthMax> is_object_;  // Of the `depth_` open arrays and objects.
  uint64_t seen_ = 0;                 // Bytes of strings, laid over each other.
  std::array<Place, kWantedMax> places_{};
  Place* member_ = nullptr;  // Of the member that is being read, if it is wanted.
  Errc error_ = Errc::kSyntax;
};

}  // namespace

Result<void> normalize(std::string_view in, NonFinite non_finite, std::string& out) {
  return normalize(in, non_finite, out, {});
}

Result<void> normalize(std::string_view in, NonFinite non_finite, std::string& out,
                       std::initializer_list<Wanted> wanted) {
  const size_t before = out.size();
  Result<void> result = Normalizer(in, non_finite, out, wanted).run();
  if (!result) out.resize(before);
  return result;
}

}  // namespace crema::json
