// Coroutines as handlers, on Boost.Asio.
#pragma once

#include "crema/crema.h"
#include "crema/library/asio.h"
