#include "crema/http/response.h"

#include <algorithm>
#include <iterator>

namespace crema::http {
namespace {

bool is_token_char(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

bool is_sendable(const Header& header) {
  return !header.name.empty() && std::ranges::all_of(header.name, is_token_char) &&
         std::ranges::all_of(header.value, is_value_char) &&
         !equals_ignoring_case(header.name, "Content-Length") &&
         !equals_ignoring_case(header.name, "Transfer-Encoding");
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// The phrases of Node for the statuses this server answers with.
struct Reason {
  unsigned status;
  std::string_view phrase;
};

constexpr Reason kReasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {413, "Payload Too Large"},
    {414, "URI Too Long"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

std::string_view reason_of(unsigned status) {
  const auto found = std::ranges::find(kReasons, status, &Reason::status);
  return found == std::end(kReasons) ? "unknown" : found->phrase;
}

void append_status_line(std::string& out, unsigned status) {
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  out.append(reason_of(status)).append("\r\n");
}

bool is_interim(unsigned status) { return status < 200; }
bool has_no_body(unsigned status) { return is_interim(status) || status == 204 || status == 304; }

}  // namespace

std::optional<std::string_view> Response::header(std::string_view name) const {
  return find_header(headers, name);
}

std::string serialize(const Response& response, KeepAlive keep_alive, Body body) {
  const std::string_view content =
      has_no_body(response.status) ? std::string_view{} : response.body;
  std::string out;
  out.reserve(256 + content.size());
  append_status_line(out, response.status);
  for (const Header& header : response.headers) {
    if (is_sendable(header)) append_header(out, header.name, header.value);
  }
  if (!is_interim(response.status) && response.status != 304) {
    append_header(out, "Content-Length", std::to_string(content.size()));
  }
  if (!is_interim(response.status) && !response.header("Connection")) {
    append_header(out, "Connection", keep_alive == KeepAlive::kYes ? "keep-alive" : "close");
  }
  out.append("\r\n");
  if (body == Body::kFull) out.append(content);
  return out;
}

}  // namespace crema::http
