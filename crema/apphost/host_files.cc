#include "crema/apphost/host_files.h"

#include "crema/json/slice.h"

namespace crema::apphost {

std::string host_source(Language language) {
  const std::string folder = "/" + std::string(to_text(language)) + "/";
  std::string source = "{";
  for (const HostFile& file : host_files()) {
    if (!file.path.starts_with(folder)) continue;
    if (source.size() > 1) source.push_back(',');
    json::append_quoted(source, file.path.substr(folder.size()));
    source.push_back(':');
    json::append_quoted(source, file.bytes);
  }
  return source.append("}");
}

}  // namespace crema::apphost
