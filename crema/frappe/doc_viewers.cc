#include "crema/frappe/doc_viewers.h"

#include "crema/json/slice.h"
#include "crema/publish/room_names.h"
#include "crema/socketio/broadcast.h"

#include <algorithm>
#include <utility>

namespace crema::frappe {
namespace {

std::string key_of(const std::string& nsp, const std::string& rest) { return nsp + "\n" + rest; }

std::string open_room(const DocumentName& document) {
  return publish::open_doc_room(document.doctype, document.name);
}

auto find_viewer(std::vector<DocViewer>& viewers, std::string_view socket_id) {
  return std::ranges::find(viewers, socket_id, &DocViewer::socket_id);
}

// Each user once, in the order in which they came.
std::string encode(const DocumentName& document, const std::vector<DocViewer>& viewers) {
  std::string text = R"({"doctype":)" + document.doctype_json;
  text.append(R"(,"docname":)").append(document.name_json).append(R"(,"users":[)");
  std::vector<std::string_view> users;
  for (const DocViewer& viewer : viewers) {
    if (std::ranges::find(users, viewer.user) != users.end()) continue;
    if (!users.empty()) text.push_back(',');
    users.push_back(viewer.user);
    json::append_quoted(text, viewer.user);
  }
  text.append("]}");
  return text;
}

}  // namespace

void DocViewers::opened(const std::string& nsp, const DocumentName& document,
                        const DocViewer& viewer) {
  const std::string key = key_of(nsp, open_room(document));
  Open& open = open_.try_emplace(key, Open{document, {}}).first->second;
  if (find_viewer(open.viewers, viewer.socket_id) == open.viewers.end()) {
    open.viewers.push_back(viewer);
    keys_of_[key_of(nsp, viewer.socket_id)].push_back(key);
  }
  tell(nsp, document, open.viewers, viewer.user);
}

void DocViewers::closed(const std::string& nsp, const DocumentName& document,
                        const DocViewer& viewer) {
  const std::string key = key_of(nsp, open_room(document));
  const auto open = open_.find(key);
  if (open == open_.end()) return;
  remove(open, viewer.socket_id);
  const auto keys = keys_of_.find(key_of(nsp, viewer.socket_id));
  if (keys != keys_of_.end()) {
    std::erase(keys->second, key);
    if (keys->second.empty()) keys_of_.erase(keys);
  }
  tell(nsp, document, open->second.viewers, viewer.user);
  if (open->second.viewers.empty()) open_.erase(open);
}

void DocViewers::left(const std::string& nsp, const std::string& socket_id) {
  const auto keys = keys_of_.extract(key_of(nsp, socket_id));
  if (keys.empty()) return;
  for (const std::string& key : keys.mapped()) {
    const auto open = open_.find(key);
    const auto viewer = find_viewer(open->second.viewers, socket_id);
    const std::string user = viewer->user;
    open->second.viewers.erase(viewer);
    tell(nsp, open->second.document, open->second.viewers, user);
    if (open->second.viewers.empty()) open_.erase(open);
  }
}

void DocViewers::remove(Rooms::iterator open, std::string_view socket_id) {
  std::vector<DocViewer>& viewers = open->second.viewers;
  const auto found = find_viewer(viewers, socket_id);
  if (found != viewers.end()) viewers.erase(found);
}

// Whoever is alone with a document is not told so, by what they did themselves.
void DocViewers::tell(const std::string& nsp, const DocumentName& document,
                      const std::vector<DocViewer>& viewers, std::string_view acting_user) {
  if (viewers.empty() || (viewers.size() == 1 && viewers.front().user == acting_user)) return;
  home_.broadcast(socketio::make_broadcast(nsp, {open_room(document)}, "doc_viewers",
                                           encode(document, viewers)));
}

}  // namespace crema::frappe
