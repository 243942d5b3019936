#include "crema/app/process_metrics.h"

#include <malloc.h>

namespace crema::app {

std::string process_metrics_text() {
  const struct mallinfo2 info = ::mallinfo2();
  std::string text =
      "# HELP crema_heap_bytes Memory of the allocator.\n# TYPE crema_heap_bytes gauge\n";
  text += "crema_heap_bytes{state=\"used\"} " + std::to_string(info.uordblks + info.hblkhd) + '\n';
  text += "crema_heap_bytes{state=\"free\"} " + std::to_string(info.fordblks) + '\n';
  return text;
}

}  // namespace crema::app
