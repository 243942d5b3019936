#include "crema/http/accept_encoding.h"

#include "crema/http/header.h"

#include <charconv>
#include <tuple>

namespace crema::http {
namespace {

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Cuts the text up to `end` off the front of `rest`.
std::string_view cut(std::string_view& rest, char end) {
  const std::string_view item = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(rest.size(), item.size() + 1));
  return item;
}

double number(std::string_view text) {
  if (text.empty() || (text.front() != '.' && (text.front() < '0' || text.front() > '9'))) return 0;
  double value = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct Wish {
  std::string_view coding;
  double q = 1;
};

Wish parse(std::string_view item) {
  Wish wish{.coding = trim(cut(item, ';'))};
  while (!item.empty()) {
    std::string_view parameter = trim(cut(item, ';'));
    if (cut(parameter, '=') != "q") continue;
    wish.q = number(parameter);
    break;
  }
  return wish;
}

// How much an offer is liked; the larger the better.
struct Liking {
  double q = 0;
  bool named = false;
  ptrdiff_t order = 0;  // The client's, negated: the first is the largest.

  // Which of the client's items speaks for an offer: the one that names it.
  [[nodiscard]] bool speaks_before(const Liking& other) const {
    return std::tie(named, q, order) > std::tie(other.named, other.q, other.order);
  }
  [[nodiscard]] bool beats(const Liking& other) const {
    return std::tie(q, named, order) > std::tie(other.q, other.named, other.order);
  }
};

Liking liking_of(std::string_view offer, std::string_view accept) {
  Liking best;
  bool found = false;
  for (ptrdiff_t order = 0; !accept.empty(); --order) {
    const Wish wish = parse(cut(accept, ','));
    const bool named = equals_ignoring_case(wish.coding, offer);
    if (!named && wish.coding != "*") continue;
    const Liking liking{wish.q, named, order};
    if (!found || liking.speaks_before(best)) best = liking;
    found = true;
  }
  return best;
}

}  // namespace

std::optional<size_t> preferred_encoding(std::string_view accept,
                                         std::span<const std::string_view> offers) {
  std::optional<size_t> preferred;
  Liking best;
  for (size_t i = 0; i < offers.size(); ++i) {
    const Liking liking = liking_of(offers[i], accept);
    if (!(liking.q > 0) || (preferred && !liking.beats(best))) continue;
    best = liking;
    preferred = i;
  }
  return preferred;
}

}  // namespace crema::http
