// From a value as written to a value of the right type, one reader per type.
#pragma once

#include "crema/app/config.h"
#include "crema/app/raw_value.h"
#include "crema/base/result.h"

#include <chrono>
#include <string>
#include <vector>

namespace crema::app {

// "<key> <what>; <cure>".
struct Complaint {
  std::string what;
  std::string cure;
};

template <class T>
using Read = base::Result<T, Complaint>;

[[nodiscard]] Read<std::string> read_text(const RawValue& raw);
// Any truthy value is true, as in Node. Source: frappe-realtime 2.1.
[[nodiscard]] Read<bool> read_truthy(const RawValue& raw);
// A number or its digits in a string.
[[nodiscard]] Read<uint16_t> read_port(const RawValue& raw);
[[nodiscard]] Read<std::string> read_redis_url(const RawValue& raw);
// A file that can be read. What is in it is seen when it is used.
[[nodiscard]] Read<std::string> read_certificates(const RawValue& raw);
// A path that fits a Unix socket's address.
[[nodiscard]] Read<std::string> read_socket_path(const RawValue& raw);
// One address or a list of them; text may separate several with commas.
[[nodiscard]] Read<std::vector<std::string>> read_hosts(const RawValue& raw);
// 1 to kShardsMax, or "auto": one per core.
[[nodiscard]] Read<unsigned> read_shards(const RawValue& raw);
[[nodiscard]] Read<std::string> read_web_url(const RawValue& raw);
// Octal permissions of a file, 0000 to 0777; a number is read by its digits, 660 as "0660".
[[nodiscard]] Read<unsigned> read_mode(const RawValue& raw);
// 1 to 10,000,000; 0 or "off" for no bound.
[[nodiscard]] Read<unsigned> read_bound(const RawValue& raw);
// 1 KiB to 1 MiB; "k" and "m" stand for KiB and MiB, here and below.
[[nodiscard]] Read<unsigned> read_head_bytes(const RawValue& raw);
// 10 to 1,000.
[[nodiscard]] Read<unsigned> read_headers(const RawValue& raw);
// 1 KiB to 100 MiB.
[[nodiscard]] Read<unsigned> read_message_bytes(const RawValue& raw);
// 64 to 1,048,576.
[[nodiscard]] Read<unsigned> read_mebibytes(const RawValue& raw);
// true, false, on or off.
[[nodiscard]] Read<bool> read_switch(const RawValue& raw);
// A number of seconds, or "1500ms", "40s", "2m"; from 1 s to 10 min.
[[nodiscard]] Read<std::chrono::milliseconds> read_wait(const RawValue& raw);
// The same, from 0 to 5 s.
[[nodiscard]] Read<std::chrono::milliseconds> read_drain(const RawValue& raw);
// on, all, off.
[[nodiscard]] Read<Recovery> read_recovery(const RawValue& raw);
// 64 KiB to 1 GiB.
[[nodiscard]] Read<unsigned> read_recovery_bytes(const RawValue& raw);
// auto, 15, 16; later versions and develop are asked as 16.
[[nodiscard]] Read<FrappeDialect> read_frappe_version(const RawValue& raw);
// One origin or a list of them; `*` is left out.
[[nodiscard]] Read<std::vector<std::string>> read_origins(const RawValue& raw);
[[nodiscard]] Read<AuthUpstream> read_auth_upstream(const RawValue& raw);
[[nodiscard]] Read<MissingOrigin> read_missing_origin(const RawValue& raw);
[[nodiscard]] Read<log::Level> read_log_level(const RawValue& raw);
[[nodiscard]] Read<log::Format> read_log_format(const RawValue& raw);
[[nodiscard]] Read<HostPort> read_admin(const RawValue& raw);
// At least kAdminTokenBytesMin visible characters: it travels in a header.
[[nodiscard]] Read<std::string> read_token(const RawValue& raw);

inline constexpr size_t kAdminTokenBytesMin = 16;
inline constexpr size_t kSocketPathBytesMax = 107;

}  // namespace crema::app
