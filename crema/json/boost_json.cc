// Boost.JSON itself: the only file that includes its sources.
#include <boost/json/src.hpp>
