// Who has which document open, over all shards, and `doc_viewers`, which tells them of each other.
#pragma once

#include "crema/server/shard.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crema::frappe {

// A document as a client names it. Both slices of JSON go back to clients as they came.
struct DocumentName {
  std::string doctype;
  std::string name;
  std::string doctype_json;
  std::string name_json;
};

struct DocViewer {
  std::string socket_id;
  std::string user;
};

// Home shard only. A socket is in the document's open_doc: room before `opened`, and out of it
// before `closed` and `left`. Its memory is bounded by the rooms that sockets may be in.
// Source: spec/frappe-realtime.md 4.4, 4.5.
class DocViewers {
 public:
  // Borrows `home` for life.
  explicit DocViewers(server::Shard& home) : home_(home) {}

  // Opening what is open already, and closing what is not, tells the viewers too.
  void opened(const std::string& nsp, const DocumentName& document, const DocViewer& viewer);
  void closed(const std::string& nsp, const DocumentName& document, const DocViewer& viewer);
  // The socket is gone: everything it had open is closed.
  void left(const std::string& nsp, const std::string& socket_id);

  [[nodiscard]] size_t size() const noexcept { return open_.size(); }

 private:
  struct Open {
    DocumentName document;
    std::vector<DocViewer> viewers;  // In the order in which they opened it.
  };
  using Rooms = std::unordered_map<std::string, Open>;  // Keys: namespace, line end, room.

  void tell(const std::string& nsp, const DocumentName& document,
            const std::vector<DocViewer>& viewers, std::string_view acting_user);
  void remove(Rooms::iterator open, std::string_view socket_id);

  server::Shard& home_;
  Rooms open_;
  std::unordered_map<std::string, std::vector<std::string>> keys_of_;  // By namespace and socket.
};

}  // namespace crema::frappe
