// What only the allocator knows of this process, beside the counters that the layers keep.
#pragma once

#include <string>

namespace crema::app {

// `crema_heap_bytes` in Prometheus' text format: what is in use, and what the allocator holds free
// for the next use (in pages that it may have given back). Any thread; locks each heap in turn.
[[nodiscard]] std::string process_metrics_text();

}  // namespace crema::app
