#include "crema/apphost/server_message.h"

#include "crema/hostwire/config.h"
#include "crema/hostwire/frame.h"

#include <chrono>

namespace crema::apphost {
namespace {

// Headers come as bytes; JSON is UTF-8. Each other byte becomes the character of its number, as
// Node reads headers.
std::string as_utf8(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xc0 | byte >> 6));
      out.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
    }
  }
  return out;
}

std::string object(std::span<const std::pair<std::string, std::string>> members) {
  std::string out = "{";
  for (const auto& [name, value] : members) {
    if (out.size() > 1) out.push_back(',');
    json::append_quoted(out, as_utf8(name));
    out.push_back(':');
    json::append_quoted(out, as_utf8(value));
  }
  out.append("}");
  return out;
}

// The header "sid" is ours (frappe/admission.h), not the client's.
std::string headers_of(const engineio::Handshake& handshake) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto [name, value] : handshake.headers()) {
    if (name == "sid") continue;
    std::string lower(name);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    headers.emplace_back(std::move(lower), value);
  }
  return object(headers);
}

uint64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::string handshake_of(const frappe::SocketUser& user) {
  const frappe::Arrival* arrival = user.arrival();
  if (!arrival || !arrival->handshake) return "{}";
  const engineio::Handshake& handshake = *arrival->handshake;
  std::string out = R"({"headers":)" + headers_of(handshake) + R"(,"query":)";
  json::append_quoted(out, as_utf8(handshake.query()));
  out += R"(,"address":)";
  json::append_quoted(out, handshake.address());
  out += R"(,"auth":)" + (arrival->auth.empty() ? "{}" : arrival->auth);
  return out + R"(,"time":)" + std::to_string(now_ms()) + "}";
}

}  // namespace

Head::Head(std::string_view type) : text_("{\"type\":\"") { text_.append(type).append("\""); }

void Head::key(std::string_view name) { text_.append(",\"").append(name).append("\":"); }

Head& Head::text(std::string_view name, std::string_view value) {
  key(name);
  json::append_quoted(text_, value);
  return *this;
}

Head& Head::number(std::string_view name, uint64_t value) {
  return raw(name, std::to_string(value));
}

Head& Head::flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }

template <class T, class F>
Head& Head::list(std::string_view name, std::span<const T> values, const F& append) {
  key(name);
  text_.push_back('[');
  for (size_t i = 0; i < values.size(); ++i) {
    if (i != 0) text_.push_back(',');
    append(values[i]);
  }
  text_.push_back(']');
  return *this;
}

Head& Head::texts(std::string_view name, std::span<const std::string> values) {
  return list(name, values, [this](const std::string& text) { json::append_quoted(text_, text); });
}

Head& Head::numbers(std::string_view name, std::span<const size_t> values) {
  return list(name, values, [this](size_t number) { text_ += std::to_string(number); });
}

Head& Head::array(std::string_view name, std::span<const json::Slice> values) {
  return list(name, values, [this](json::Slice value) { text_.append(value); });
}

Head& Head::raw(std::string_view name, std::string_view value) {
  key(name);
  text_.append(value);
  return *this;
}

std::string Head::frame(std::span<const std::string> attachments) const {
  std::string out;
  hostwire::append_frame(out, text_ + "}", attachments);
  return out;
}

std::string hello_frame(const Config& config, Language language, std::span<const AppFile> apps) {
  std::string list = "[";
  for (const AppFile& app : apps) {
    if (list.size() > 1) list.push_back(',');
    list += R"({"app":)";
    json::append_quoted(list, app.app);
    list += R"(,"file":)";
    json::append_quoted(list, app.file);
    list += "}";
  }
  list += "]";
  return Head("hello")
      .number("version", static_cast<uint64_t>(hostwire::kVersion))
      .text("language", to_text(language))
      .text("bench", config.bench)
      .raw("apps", list)
      .text("web", config.web_url)
      .flag("developer_mode", config.developer_mode)
      .frame();
}

std::string open_frame(const OpenSocket& open) {
  const frappe::Credential credential = open.user.credential();
  const std::vector<std::string> none;
  return Head("open")
      .text("site", open.site)
      .text("socket", open.socket)
      .texts("apps", open.user.apps() ? *open.user.apps() : none)
      .text("user", open.user.user())
      .text("user_type", open.user.user_type())
      .text("sid", as_utf8(credential.sid))
      .text("authorization", as_utf8(credential.authorization))
      .texts("rooms", open.rooms)
      .raw("handshake", handshake_of(open.user))
      .flag("again", open.again)
      .frame();
}

}  // namespace crema::apphost
