#include "crema/frappe/acknowledge.h"

#include "crema/json/slice.h"

#include <string>

namespace crema::frappe {

void acknowledge(socketio::Socket& socket, std::optional<uint64_t> id, std::string_view error) {
  if (!id) return;
  std::string answer = R"({"ok":)";
  answer.append(error.empty() ? "true" : "false");
  if (!error.empty()) {
    answer.append(R"(,"error":)");
    json::append_quoted(answer, error);
  }
  socket.ack(*id, answer.append("}"));
}

}  // namespace crema::frappe
