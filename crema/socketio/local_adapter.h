// Finds the sockets of one namespace on this shard that a selection names.
#pragma once

#include "crema/socketio/namespace.h"
#include "crema/socketio/selection.h"

#include <cstdint>
#include <vector>

namespace crema::socketio {

class LocalAdapter {
 public:
  // Appends them to `out`, each once. `serial` differs from that of every earlier selection of the
  // shard and is not 0.
  static void select(Namespace& nsp, const Selection& selection, uint32_t serial,
                     std::vector<Socket*>& out);
};

}  // namespace crema::socketio
