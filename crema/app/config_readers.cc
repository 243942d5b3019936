#include "crema/app/config_readers.h"

#include "crema/redis/address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <optional>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace crema::app {
namespace {

auto complain(std::string what, std::string cure) {
  return base::fail(Complaint{std::move(what), std::move(cure)});
}

bool is_scalar(const RawValue& raw) {
  return raw.kind == RawKind::kText || raw.kind == RawKind::kNumber;
}

// The whole of `text` as a positive decimal number, or 0.
uint32_t positive(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

// Bytes with or without a unit; 0 when they are none.
uint32_t bytes(const RawValue& raw) {
  std::string_view text = is_scalar(raw) ? std::string_view(raw.text()) : std::string_view{};
  uint32_t unit = 1;
  if (text.ends_with('k') || text.ends_with('K')) unit = 1024;
  if (text.ends_with('m') || text.ends_with('M')) unit = 1024 * 1024;
  if (unit != 1) text.remove_suffix(1);
  const uint64_t value = uint64_t{positive(text)} * unit;
  return value > UINT32_MAX ? 0 : static_cast<uint32_t>(value);
}

// "1500ms", "40s", "2m", or seconds; nothing for anything else.
std::optional<std::chrono::milliseconds> duration(const RawValue& raw) {
  std::string_view text = is_scalar(raw) ? std::string_view(raw.text()) : std::string_view{};
  int64_t unit = 1000;
  if (text.ends_with("ms")) {
    unit = 1;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    text.remove_suffix(1);
  } else if (text.ends_with('m')) {
    unit = 60'000;
    text.remove_suffix(1);
  }
  if (text == "0") return std::chrono::milliseconds(0);
  const int64_t count = positive(text);
  if (count == 0) return std::nullopt;
  return std::chrono::milliseconds(count * unit);
}

bool is_listen_address(const std::string& host) {
  if (host == kEveryInterface || host == "localhost") return true;
  unsigned char address[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address) == 1;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  while (true) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    items.emplace_back(item);
    if (comma == text.size()) return items;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Read<std::string> read_text(const RawValue& raw) {
  if (raw.kind != RawKind::kText) return complain("is not a string", "write it in quotes");
  return raw.text();
}

Read<bool> read_truthy(const RawValue& raw) { return raw.truthy; }

Read<uint16_t> read_port(const RawValue& raw) {
  if (!is_scalar(raw)) return complain("is not a port", "give a number from 1 to 65535");
  const auto port = parse_port(raw.text());
  if (!port) return complain(port.error(), "give a free port, for example 9000");
  return *port;
}

Read<std::string> read_redis_url(const RawValue& raw) {
  const std::string cure =
      "give redis://[user:password@]host:port, rediss:// for TLS, or unix://path";
  if (raw.kind != RawKind::kText) return complain("is not a Redis URL", cure);
  const auto address = redis::parse_url(raw.text());
  if (!address) return complain("cannot be used: " + std::string(to_string(address.error())), cure);
  return raw.text();
}

Read<std::string> read_certificates(const RawValue& raw) {
  const bool can_be_read = raw.kind == RawKind::kText && ::access(raw.text().c_str(), R_OK) == 0;
  if (can_be_read) return raw.text();
  return complain("is not a file that can be read", "give the path of a file in PEM");
}

Read<std::string> read_socket_path(const RawValue& raw) {
  if (raw.kind != RawKind::kText) return complain("is not a path", "write it in quotes");
  if (raw.text().size() <= kSocketPathBytesMax) return raw.text();
  return complain("is longer than the 107 bytes that a Unix socket's path can have",
                  "choose a shorter one");
}

Read<std::vector<std::string>> read_hosts(const RawValue& raw) {
  std::vector<std::string> hosts;
  if (raw.kind == RawKind::kText) hosts = split(raw.text());
  if (raw.kind == RawKind::kList) hosts = raw.items;
  if (!hosts.empty() && std::ranges::all_of(hosts, is_listen_address)) return hosts;
  return complain("is not an address of this machine",
                  "give IPv4 or IPv6 addresses, localhost, or * for every interface");
}

Read<unsigned> read_shards(const RawValue& raw) {
  if (raw.kind == RawKind::kText && raw.text() == "auto") {
    return std::clamp(std::thread::hardware_concurrency(), 1U, kShardsMax);
  }
  const uint32_t shards = is_scalar(raw) ? positive(raw.text()) : 0;
  if (shards >= 1 && shards <= kShardsMax) return shards;
  return complain("is not a number from 1 to 64", "give one of them, or auto for one per core");
}

Read<std::string> read_web_url(const RawValue& raw) {
  const std::string cure = "give the web process itself, for example http://127.0.0.1:8000";
  if (raw.kind != RawKind::kText) return complain("is not a URL", cure);
  const auto url = parse_web_url(raw.text());
  if (!url) return complain(url.error(), cure);
  return raw.text();
}

Read<std::chrono::milliseconds> read_wait(const RawValue& raw) {
  const auto wait = duration(raw);
  if (wait && *wait >= std::chrono::seconds(1) && *wait <= std::chrono::minutes(10)) return *wait;
  return complain("is not a time from 1 s to 10 min", "give seconds, for example 40, or \"40s\"");
}

Read<std::chrono::milliseconds> read_drain(const RawValue& raw) {
  const auto wait = duration(raw);
  if (wait && *wait <= std::chrono::seconds(5)) return *wait;
  return complain("is not a time from 0 to 5 s", "give for example \"500ms\"");
}

Read<Recovery> read_recovery(const RawValue& raw) {
  if (raw.kind == RawKind::kText && raw.text() == "all") return Recovery::kAll;
  const auto on = read_switch(raw);
  if (on) return *on ? Recovery::kOn : Recovery::kOff;
  return complain("is not one of its values", "give on, all or off");
}

Read<unsigned> read_recovery_bytes(const RawValue& raw) {
  const uint32_t size = bytes(raw);
  if (size >= 64 * 1024 && size <= 1024U * 1024 * 1024) return size;
  return complain("is not a size from 64k to 1024m", "give bytes, or for example \"16m\"");
}

Read<FrappeDialect> read_frappe_version(const RawValue& raw) {
  const std::string text = is_scalar(raw) ? raw.text() : std::string();
  if (text == "auto") return FrappeDialect::kAuto;
  if (text == "15") return FrappeDialect::k15;
  if (text == "develop" || positive(text) >= 16) return FrappeDialect::k16;
  return complain("is not a version that Crema serves", "give auto, 15, 16 or develop");
}

Read<unsigned> read_mode(const RawValue& raw) {
  const std::string_view text = is_scalar(raw) ? std::string_view(raw.text()) : std::string_view{};
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error == std::errc{} && end == text.data() + text.size() && mode <= 0777) return mode;
  return complain("is not a mode of a file", "give octal digits, for example \"0660\"");
}

Read<unsigned> read_bound(const RawValue& raw) {
  constexpr uint32_t kMax = 10'000'000;
  if (is_scalar(raw) && (raw.text() == "0" || raw.text() == "off")) return 0U;
  const uint32_t bound = is_scalar(raw) ? positive(raw.text()) : 0;
  if (bound >= 1 && bound <= kMax) return bound;
  return complain("is not a number from 1 to 10000000", "give one of them, or 0 for no bound");
}

Read<unsigned> read_head_bytes(const RawValue& raw) {
  const uint32_t size = bytes(raw);
  if (size >= 1024 && size <= 1024 * 1024) return size;
  return complain("is not a size from 1k to 1m", "give bytes, for example 16384, or \"16k\"");
}

Read<unsigned> read_headers(const RawValue& raw) {
  const uint32_t headers = is_scalar(raw) ? positive(raw.text()) : 0;
  if (headers >= 10 && headers <= 1000) return headers;
  return complain("is not a number from 10 to 1000", "give one of them, for example 100");
}

Read<unsigned> read_message_bytes(const RawValue& raw) {
  const uint32_t size = bytes(raw);
  if (size >= 1024 && size <= 100 * 1024 * 1024) return size;
  return complain("is not a size from 1k to 100m", "give bytes, for example 1000000, or \"1m\"");
}

Read<unsigned> read_mebibytes(const RawValue& raw) {
  const uint32_t size = is_scalar(raw) ? positive(raw.text()) : 0;
  if (size >= 64 && size <= 1024 * 1024) return size;
  return complain("is not a number from 64 to 1048576", "give MiB, for example 512");
}

Read<bool> read_switch(const RawValue& raw) {
  const bool is_word = raw.kind == RawKind::kText || raw.kind == RawKind::kBool;
  if (is_word && (raw.text() == "true" || raw.text() == "on")) return true;
  if (is_word && (raw.text() == "false" || raw.text() == "off")) return false;
  return complain("is neither on nor off", "give true or false");
}

Read<std::vector<std::string>> read_origins(const RawValue& raw) {
  if (raw.kind != RawKind::kText && raw.kind != RawKind::kList) {
    return complain("is not a list of origins", "give for example [\"https://app.example.com\"]");
  }
  std::vector<std::string> origins = raw.items;
  std::erase(origins, "*");
  return origins;
}

Read<AuthUpstream> read_auth_upstream(const RawValue& raw) {
  if (raw.kind == RawKind::kText && raw.text() == "configured") return AuthUpstream::kConfigured;
  if (raw.kind == RawKind::kText && raw.text() == "origin") return AuthUpstream::kOrigin;
  return complain("is not one of its values", "give configured or origin");
}

Read<MissingOrigin> read_missing_origin(const RawValue& raw) {
  if (raw.kind == RawKind::kText && raw.text() == "with_authorization") {
    return MissingOrigin::kWithAuthorization;
  }
  if (raw.kind == RawKind::kText && raw.text() == "never") return MissingOrigin::kNever;
  return complain("is not one of its values", "give with_authorization or never");
}

Read<log::Level> read_log_level(const RawValue& raw) {
  log::Level level{};
  if (raw.kind == RawKind::kText && log::parse_level(raw.text(), level)) return level;
  return complain("is not a log level", "give debug, info, warn, error or off");
}

Read<log::Format> read_log_format(const RawValue& raw) {
  if (raw.kind == RawKind::kText && raw.text() == "logfmt") return log::Format::kLogfmt;
  if (raw.kind == RawKind::kText && raw.text() == "json") return log::Format::kJson;
  return complain("is not a log format", "give logfmt or json");
}

Read<HostPort> read_admin(const RawValue& raw) {
  const std::string cure = "give HOST:PORT, for example 127.0.0.1:9090";
  if (raw.kind != RawKind::kText) return complain("is not an address", cure);
  auto address = parse_host_port(raw.text());
  if (!address) return complain(address.error(), cure);
  return std::move(*address);
}

Read<std::string> read_token(const RawValue& raw) {
  const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (raw.kind == RawKind::kText && raw.text().size() >= kAdminTokenBytesMin &&
      std::ranges::all_of(raw.text(), visible)) {
    return raw.text();
  }
  return complain("is not 16 or more visible characters",
                  "make one, for example with openssl rand -hex 16");
}

}  // namespace crema::app
