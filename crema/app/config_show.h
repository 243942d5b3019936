// From a typed value back to the text in which a file or a flag would give it.
#pragma once

#include "crema/app/config.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace crema::app {

[[nodiscard]] std::string show(const std::string& value);
[[nodiscard]] std::string show(bool value);
[[nodiscard]] std::string show(unsigned value);
[[nodiscard]] std::string show(uint16_t value);
[[nodiscard]] std::string show(const std::vector<std::string>& value);
[[nodiscard]] std::string show(std::chrono::milliseconds value);
[[nodiscard]] std::string show(MissingOrigin value);
[[nodiscard]] std::string show(Recovery value);
[[nodiscard]] std::string show(AuthUpstream value);
[[nodiscard]] std::string show(FrappeDialect value);
[[nodiscard]] std::string show(log::Level value);
[[nodiscard]] std::string show(log::Format value);
[[nodiscard]] std::string show(const HostPort& value);

// The URL with its password, if it has one, written as ***.
[[nodiscard]] std::string redact_url(std::string_view url);

}  // namespace crema::app
