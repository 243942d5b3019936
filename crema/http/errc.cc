#include "crema/http/errc.h"

namespace crema::http {

unsigned status_of(Errc error) {
  switch (error) {
    case Errc::kBadRequest:
      return 400;
    case Errc::kHeadTooLarge:
      return 431;
    case Errc::kTargetTooLong:
      return 414;
    case Errc::kBodyTooLarge:
      return 413;
    case Errc::kBadResponse:
    case Errc::kClosedEarly:
      return 502;
  }
  return 400;
}

}  // namespace crema::http
