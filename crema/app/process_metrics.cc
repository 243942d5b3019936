#include "crema/app/process_metrics.h"

#include "crema/app/version.h"

#include <malloc.h>

namespace crema::app {

std::string process_metrics_text() {
  const struct mallinfo2 info = ::mallinfo2();
  std::string text =
      "# HELP crema_heap_bytes Memory of the allocator.\n# TYPE crema_heap_bytes gauge\n";
  text += "crema_heap_bytes{state=\"used\"} " + std::to_string(info.uordblks + info.hblkhd) + '\n';
  text += "crema_heap_bytes{state=\"free\"} " + std::to_string(info.fordblks) + '\n';
  text += "# HELP crema_build_info Which Crema this is.\n# TYPE crema_build_info gauge\n";
  text.append("crema_build_info{version=\"").append(version()).append("\"} 1\n");
  return text;
}

}  // namespace crema::app
