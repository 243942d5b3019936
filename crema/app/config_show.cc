#include "crema/app/config_show.h"

namespace crema::app {

std::string show(const std::string& value) { return value; }
std::string show(bool value) { return value ? "true" : "false"; }
std::string show(unsigned value) { return std::to_string(value); }
std::string show(uint16_t value) { return std::to_string(value); }

std::string show(const std::vector<std::string>& value) {
  std::string text;
  for (const std::string& item : value) {
    if (!text.empty()) text += ',';
    text += item;
  }
  return text;
}

std::string show(std::chrono::milliseconds value) {
  const auto count = value.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms";
}

std::string show(MissingOrigin value) {
  return value == MissingOrigin::kNever ? "never" : "with_authorization";
}

std::string show(Recovery value) {
  switch (value) {
    case Recovery::kOn:
      return "on";
    case Recovery::kAll:
      return "all";
    case Recovery::kOff:
      return "off";
  }
  return {};
}

std::string show(AuthUpstream value) {
  return value == AuthUpstream::kOrigin ? "origin" : "configured";
}

std::string show(FrappeDialect value) {
  switch (value) {
    case FrappeDialect::kAuto:
      return "auto";
    case FrappeDialect::k15:
      return "15";
    case FrappeDialect::k16:
      return "16";
  }
  return {};
}

std::string show(log::Level value) {
  switch (value) {
    case log::Level::kDebug:
      return "debug";
    case log::Level::kInfo:
      return "info";
    case log::Level::kWarn:
      return "warn";
    case log::Level::kError:
      return "error";
    case log::Level::kOff:
      return "off";
  }
  return {};
}

std::string show(log::Format value) { return value == log::Format::kJson ? "json" : "logfmt"; }

std::string show(const HostPort& value) { return value.port == 0 ? "" : to_string(value); }

std::string redact_url(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  const size_t at = url.rfind('@');
  if (at == std::string_view::npos || at < start) return std::string(url);
  const std::string_view credentials = url.substr(start, at - start);
  const size_t colon = credentials.find(':');
  if (colon == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, start + colon + 1)).append("***").append(url.substr(at));
}

}  // namespace crema::app
