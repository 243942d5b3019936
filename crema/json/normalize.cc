#include "crema/json/normalize.h"

#include "crema/base/check.h"
#include "crema/base/utf8.h"
#include "crema/json/config.h"
#include "crema/json/scan.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>
#include <vector>

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
             std::span<const Wanted> wanted, std::vector<Slice>* elements = nullptr)
      : in_(in), non_finite_(non_finite), out_(out), wanted_(wanted), elements_(elements) {
    CREMA_ASSERT(wanted.size() <= kWantedMax);
    std::fill_n(places_.begin(), wanted.size(), Place{});
  }

  Result<void> run() {
    for (const char* p = skip_space(in_.data()); p != end_; p = skip_space(p)) {
      p = token(p);
      if (!p) return base::fail(error_);
    }
    if (expect_ != Expect::kNext || depth_ != 0) return base::fail(Errc::kSyntax);
    // Outside strings the grammar is ASCII; what strings hold is checked at once, if need be.
    if ((seen_ & 0x8080808080808080) != 0 && !base::valid_utf8(in_)) {
      return base::fail(Errc::kBadUtf8);
    }
    flush(end_);
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (places_[i].end != 0) *wanted_[i].value = slice_of_out(places_[i]);
    }
    return {};
  }

 private:
  struct Place {
    size_t begin;  // In `out_`.
    size_t end;    // 0: it was not found.
  };

  // From here to `skip_space`: what takes the place of something to read returns the one behind it,
  // or null when it is not what it should be.

  const char* token(const char* p) {
    switch (expect_) {
      case Expect::kFirstElement:
        return *p == ']' ? close(p) : value(p);
      case Expect::kValue:
        return value(p);
      case Expect::kFirstKey:
        return *p == '}' ? close(p) : key(p);
      case Expect::kKey:
        return key(p);
      case Expect::kNext:
        return next(p);
    }
    return nullptr;
  }

  const char* value(const char* p) {
    expect_ = Expect::kNext;
    switch (*p) {
      case '"':
        return string(p);
      case '{':
        return open(p, Expect::kFirstKey);
      case '[':
        return open(p, Expect::kFirstElement);
      case 't':
        return word(p, "true");
      case 'f':
        return word(p, "false");
      case 'n':
        return word(p, "null");
      case 'N':
        return non_finite(p, "NaN");
      case 'I':
        return non_finite(p, "Infinity");
      default:
        return number(p);
    }
  }

  const char* key(const char* p) {
    const char* const first = p;
    if (*p != '"' || !(p = string(p))) return nullptr;
    const std::string_view raw_key(first + 1, p - 1);
    p = skip_space(p);
    expect_ = Expect::kValue;
    if (p == end_ || *p != ':') return nullptr;
    ++p;
    return depth_ == 1 && !wanted_.empty() ? open_member(p, raw_key) : p;
  }

  // A member of the outermost object, of which the value comes next.
  const char* open_member(const char* p, std::string_view raw_key) {
    const bool is_plain = raw_key.find('\\') == std::string_view::npos;
    const auto is_it = [raw_key, is_plain](const Wanted& each) {
      return is_plain ? raw_key == each.key : key_is(raw_key, each.key);
    };
    const auto found = std::ranges::find_if(wanted_, is_it);
    if (found == wanted_.end()) return p;
    p = skip_space(p);
    member_ = &places_[static_cast<size_t>(found - wanted_.begin())];
    member_->begin = out_position(p);
    return p;
  }

  // At the end of a value in the outermost object or array.
  void close_part(const char* p) {
    if (member_) {
      member_->end = out_position(p);
      member_ = nullptr;
    } else if (elements_) {
      const size_t end = out_position(p);
      elements_->emplace_back(out_.data() + element_begin_, end - element_begin_);
      element_begin_ = end + 1;
    }
  }

  const char* next(const char* p) {
    if (depth_ == 0) return nullptr;
    if (depth_ == 1) close_part(p);
    const bool in_object = is_object_[depth_ - 1];
    if (*p != ',') return *p == (in_object ? '}' : ']') ? close(p) : nullptr;
    expect_ = in_object ? Expect::kKey : Expect::kValue;
    return p + 1;
  }

  const char* open(const char* p, Expect first) {
    if (depth_ == kDepthMax) {
      error_ = Errc::kTooDeep;
      return nullptr;
    }
    is_object_[depth_++] = first == Expect::kFirstKey;
    expect_ = first;
    return p + 1;
  }

  const char* close(const char* p) {
    --depth_;
    expect_ = Expect::kNext;
    return p + 1;
  }

  const char* string(const char* p) {
    uint64_t seen = seen_;
    ++p;
    while ((p = find_special(p, end_, seen)) != end_ && *p == '\\') {
      if (!(p = escape(p))) return nullptr;
    }
    seen_ = seen;
    return p != end_ && *p == '"' ? p + 1 : nullptr;
  }

  const char* escape(const char* p) const {
    if (++p == end_) return nullptr;
    switch (*p++) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return p;
      case 'u':
        break;
      default:
        return nullptr;
    }
    const bool hex = end_ - p >= 4 && is_hex_digit(p[0]) && is_hex_digit(p[1]) &&
                     is_hex_digit(p[2]) && is_hex_digit(p[3]);
    return hex ? p + 4 : nullptr;
  }

  const char* number(const char* p) {
    if (*p == '-' && ++p != end_ && *p == 'I') return non_finite(p - 1, "-Infinity");
    if (p != end_ && *p == '0') {
      ++p;
    } else if (!(p = digits(p))) {
      return nullptr;
    }
    if (p != end_ && *p == '.' && !(p = digits(p + 1))) return nullptr;
    if (p == end_ || (*p != 'e' && *p != 'E')) return p;
    if (++p != end_ && (*p == '-' || *p == '+')) ++p;
    return digits(p);
  }

  // At least one.
  const char* digits(const char* p) const {
    const char* const first = p;
    while (p != end_ && is_digit(*p)) ++p;
    return p != first ? p : nullptr;
  }

  const char* word(const char* p, std::string_view expected) const {
    return std::string_view(p, end_).starts_with(expected) ? p + expected.size() : nullptr;
  }

  const char* non_finite(const char* p, std::string_view expected) {
    const char* const behind = word(p, expected);
    if (non_finite_ == NonFinite::kReject || !behind) return nullptr;
    flush(p);
    out_.append("null");
    copied_ = behind;
    return behind;
  }

  const char* skip_space(const char* p) {
    if (p == end_ || !is_space(*p)) return p;
    flush(p);
    do {
      ++p;
    } while (p != end_ && is_space(*p));
    copied_ = p;
    return p;
  }

  // All before `p` is in `out_` then.
  void flush(const char* p) {
    out_.append(std::string_view(copied_, p));  // Of two pointers it costs twice as much.
    copied_ = p;
  }

  // Where in `out_` the byte at `p` will be.
  [[nodiscard]] size_t out_position(const char* p) const {
    return out_.size() + static_cast<size_t>(p - copied_);
  }
  [[nodiscard]] Slice slice_of_out(Place place) const {
    return Slice(out_).substr(place.begin, place.end - place.begin);
  }

  // Fixed at construction.
  const std::string_view in_;
  const NonFinite non_finite_;
  std::string& out_;
  const std::span<const Wanted> wanted_;
  std::vector<Slice>* const elements_;  // Of an array; `out_` has room for all of `in_` then.
  const char* const end_ = in_.data() + in_.size();

  const char* copied_ = in_.data();  // All before it is in `out_`, or was left out.
  Expect expect_ = Expect::kValue;
  size_t depth_ = 0;
  std::bitset<kDepthMax> is_object_;        // Of the `depth_` open arrays and objects.
  uint64_t seen_ = 0;                       // Bytes of strings, laid over each other.
  std::array<Place, kWantedMax> places_;    // One for each that is wanted.
  Place* member_ = nullptr;                 // Of the member being read, if it is wanted.
  size_t element_begin_ = out_.size() + 1;  // In `out_`: of the element being read.
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

Result<void> normalize_array(std::string_view in, std::string& out, std::vector<Slice>& elements) {
  elements.clear();
  if (!is_array(in)) return base::fail(Errc::kNotAnArray);
  const size_t before = out.size();
  out.reserve(before + in.size());  // The elements lie where they are for good.
  Result<void> result = Normalizer(in, NonFinite::kReject, out, {}, &elements).run();
  if (result) return result;
  out.resize(before);
  elements.clear();
  return result;
}

}  // namespace crema::json
