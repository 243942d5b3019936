// Asio's own functions, in builds that compile them once (cmake/CremaDependencies.cmake).
#include "crema/net/asio.h"

#ifdef BOOST_ASIO_SEPARATE_COMPILATION
#include <boost/asio/impl/src.hpp>
#endif
