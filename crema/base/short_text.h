// Text that is mostly short and kept by the ten thousand, as ids are.
#pragma once

#include <boost/container/string.hpp>

namespace crema::base {

// Up to 22 bytes lie in the object itself, which is 24 bytes long: an id of 20 characters takes 64
// as a std::string.
using ShortText = boost::container::string;

}  // namespace crema::base
