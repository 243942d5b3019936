// The address that browsers use.
#pragma once

#include "crema/base/result.h"
#include "crema/net/dial.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::doctor {

enum class Scheme : uint8_t { kHttp, kHttps };

struct PublicUrl {
  Scheme scheme = Scheme::kHttp;
  std::string host;  // IPv6 without brackets.
  uint16_t port = 80;

  // As browsers write them: without the scheme's own port.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] net::Endpoint endpoint() const { return {host, port, {}}; }
};

// "https://erp.example.com[:port][/]". Errors: what is wrong, as the end of a sentence about it.
[[nodiscard]] base::Result<PublicUrl, std::string> parse_public_url(std::string_view text);

}  // namespace crema::doctor
