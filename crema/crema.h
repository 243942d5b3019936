// The library, whole: a Socket.IO server for C++. See docs/library.md.
#pragma once

#include "crema/library/codec.h"
#include "crema/library/namespace.h"
#include "crema/library/server.h"
#include "crema/library/socket.h"
#include "crema/library/target.h"
