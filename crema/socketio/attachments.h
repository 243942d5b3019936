// Binary attachments as the text of a packet refers to them.
#pragma once

#include "crema/json/slice.h"

namespace crema::socketio {

// Whether every `{"_placeholder":true,"num":n}` anywhere in `value` names one of `count`
// attachments: an integer from 0 below it. Attachments nobody names are fine, and so are two
// names for one. `value` is normalised, so its depth is bounded. Source: spec/socketio.md 2.1.
[[nodiscard]] bool placeholders_fit(json::Slice value, unsigned count);

}  // namespace crema::socketio
