#include "crema/load/outcome.h"

#include <cerrno>
#include <system_error>

namespace crema::load {

tl::unexpected<std::string> system_failure(const std::string& what) {
  return tl::unexpected(what + ": " + std::generic_category().message(errno));
}

}  // namespace crema::load
