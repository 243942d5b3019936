#include "crema/websocket/errc.h"

#include "crema/websocket/close_code.h"

#include <utility>

namespace crema::websocket {

uint16_t close_code_of(Errc error) {
  switch (error) {
    case Errc::kInvalidUtf8:
      return static_cast<uint16_t>(CloseCode::kInvalidData);
    case Errc::kMessageTooBig:
      return static_cast<uint16_t>(CloseCode::kMessageTooBig);
    case Errc::kTooManyFragments:
      return static_cast<uint16_t>(CloseCode::kPolicyViolation);
    case Errc::kUnmaskedFrame:
    case Errc::kReservedBits:
    case Errc::kReservedOpcode:
    case Errc::kFragmentedControl:
    case Errc::kControlTooLong:
    case Errc::kBadLength:
    case Errc::kUnexpectedContinuation:
    case Errc::kMessageInterleaved:
    case Errc::kBadClose:
    case Errc::kBadSubprotocol:
    case Errc::kBadExtension:
      break;
  }
  return static_cast<uint16_t>(CloseCode::kProtocolError);
}

}  // namespace crema::websocket
