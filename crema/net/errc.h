// What can go wrong between us and a peer we call.
#pragma once

#include <cstdint>
#include <string_view>

namespace crema::net {

enum class Errc : uint8_t {
  kBadCall,      // The call cannot be written: a bad address, method, target or header.
  kResolve,      // The host has no address.
  kRefused,      // Nobody accepts connections at any of its addresses.
  kTimeout,      // The deadline passed.
  kReset,        // The peer closed or reset the connection before its answer was whole.
  kBadResponse,  // What it answered is not HTTP.
  kTooLarge,     // Its answer is beyond the bounds.
  kCertificate,  // Its certificate is not trusted, or another host's.
  kTls,          // It does not speak TLS, or none that we do.
};

// For logs: a few words, no trailing period.
[[nodiscard]] constexpr std::string_view to_string(Errc error) {
  switch (error) {
    case Errc::kBadCall:
      return "the call cannot be sent";
    case Errc::kResolve:
      return "the host cannot be resolved";
    case Errc::kRefused:
      return "connection refused";
    case Errc::kTimeout:
      return "timed out";
    case Errc::kReset:
      return "connection closed by the peer";
    case Errc::kBadResponse:
      return "the answer is not HTTP";
    case Errc::kTooLarge:
      return "the answer is too large";
    case Errc::kCertificate:
      return "the server's certificate was refused";
    case Errc::kTls:
      return "TLS failed";
  }
  return "unknown";
}

}  // namespace crema::net
