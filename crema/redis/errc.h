// What can go wrong between us and a Redis server.
#pragma once

#include <cstdint>
#include <string_view>

namespace crema::redis {

enum class Errc : uint8_t {
  kBadUrl,           // Not a Redis URL we understand.
  kResolve,          // The host has no address.
  kRefused,          // Nobody accepts connections there.
  kCertificate,      // Its certificate is not trusted, or another host's.
  kTls,              // It does not speak TLS, or none that we do.
  kTimeout,          // No answer in time.
  kReset,            // The server closed or reset the connection.
  kGarbage,          // What it sent is not a reply, or is beyond the bounds.
  kUnexpectedReply,  // A reply of a kind that does not answer what was asked.
  kErrorReply,       // The server answered the command with an error.
  kAuthRefused,      // It wants other credentials, or a permission these do not have.
  kOverloaded,       // Too many commands wait already.
  kStopped,          // We ended it ourselves.
};

// For logs: a few words, no trailing period.
[[nodiscard]] constexpr std::string_view to_string(Errc error) {
  switch (error) {
    case Errc::kBadUrl:
      return "not a Redis URL";
    case Errc::kResolve:
      return "the host cannot be resolved";
    case Errc::kRefused:
      return "connection refused";
    case Errc::kCertificate:
      return "the server's certificate was refused";
    case Errc::kTls:
      return "TLS failed";
    case Errc::kTimeout:
      return "no answer in time";
    case Errc::kReset:
      return "connection closed by the server";
    case Errc::kGarbage:
      return "the server does not speak the Redis protocol";
    case Errc::kUnexpectedReply:
      return "unexpected reply";
    case Errc::kErrorReply:
      return "the server answered with an error";
    case Errc::kAuthRefused:
      return "credentials or permissions refused";
    case Errc::kOverloaded:
      return "too many commands wait";
    case Errc::kStopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace crema::redis
