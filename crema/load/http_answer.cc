#include "crema/load/http_answer.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace crema::load {
namespace {

constexpr std::string_view kEnd = "\r\n\r\n";
// The answer to the key that every client sends. Source: RFC 6455, 1.3.
constexpr std::string_view kWebSocketAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::string_view first_line(std::string_view head) { return head.substr(0, head.find("\r\n")); }

bool same_letters(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

std::optional<std::size_t> content_length(std::string_view head) {
  constexpr std::string_view kName = "\r\ncontent-length:";
  const auto found =
      std::search(head.begin(), head.end(), kName.begin(), kName.end(), same_letters);
  if (found == head.end()) return std::nullopt;
  auto value = head.substr(static_cast<std::size_t>(found - head.begin()) + kName.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  std::size_t length = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), length);
  return parsed.ec == std::errc{} ? std::optional(length) : std::nullopt;
}

}  // namespace

AnswerStatus take_answer(std::string_view& bytes, HttpAnswer& answer) {
  const auto end = bytes.find(kEnd);
  if (end == std::string_view::npos) return AnswerStatus::kIncomplete;
  const auto head = bytes.substr(0, end);
  const auto length = content_length(head);
  if (!length) return AnswerStatus::kBroken;
  if (bytes.size() - end - kEnd.size() < *length) return AnswerStatus::kIncomplete;
  answer = {.status_line = first_line(head), .body = bytes.substr(end + kEnd.size(), *length)};
  bytes.remove_prefix(end + kEnd.size() + *length);
  return AnswerStatus::kWhole;
}

AnswerStatus take_upgrade(std::string_view& bytes, std::string& fault) {
  const auto end = bytes.find(kEnd);
  if (end == std::string_view::npos) return AnswerStatus::kIncomplete;
  const auto head = bytes.substr(0, end);
  if (!head.starts_with("HTTP/1.1 101")) {
    fault = first_line(head);
  } else if (head.find(kWebSocketAccept) == std::string_view::npos) {
    fault = "wrong Sec-WebSocket-Accept";
  }
  if (!fault.empty()) return AnswerStatus::kBroken;
  bytes.remove_prefix(end + kEnd.size());
  return AnswerStatus::kWhole;
}

}  // namespace crema::load
