// A list and a document that everybody may change who may read them, and who is looking at it.

const kDoctype = "ToDo";

export function setUpTodos({ $, realtime, ask, element, user, showRooms }) {
  let todos = [];
  let opened = null; // {name, close}

  async function load() {
    todos = await (await ask("/demo/todos")).json();
    $("todos").replaceChildren(...todos.map(rowOf));
    showDocument();
  }

  function rowOf({ name, text, done }) {
    const row = element("li", done ? "done" : "");
    row.dataset.name = name;
    const box = element("input", "");
    box.type = "checkbox";
    box.checked = done;
    box.setAttribute("aria-label", `Done: ${text}`);
    box.addEventListener("change", () => save(name, { done: box.checked }));
    const open = element("button", "small", opened?.name === name ? "Opened" : "Open");
    open.type = "button";
    open.setAttribute("aria-label", `Open ${kDoctype}/${name}`);
    open.addEventListener("click", () => openDocument(name));
    row.append(box, element("span", "text", text), open);
    return row;
  }

  const save = (name, change) => {
    const body = JSON.stringify(change);
    return ask(`/demo/todos/${name}`, { method: "POST", body }).catch(load);
  };

  function openDocument(name) {
    if (opened?.name === name) return;
    closeDocument();
    realtime.doc_open(kDoctype, name);
    opened = { name, close: realtime.watch_doc(kDoctype, name, load) };
    showViewers([user]);
    showRooms([`doctype:${kDoctype}`, `doc:${kDoctype}/${name}`, `open_doc:${kDoctype}/${name}`]);
    load();
  }

  function closeDocument() {
    if (!opened) return;
    opened.close();
    realtime.doc_close(kDoctype, opened.name);
    opened = null;
    showRooms([`doctype:${kDoctype}`]);
    load();
  }

  // What somebody is typing here is not taken away by what somebody else saved.
  function showDocument() {
    const todo = todos.find(({ name }) => name === opened?.name);
    $("document").hidden = !todo;
    if (!todo) return;
    $("document-title").textContent = `${kDoctype}/${todo.name}`;
    if (document.activeElement !== $("document-text")) $("document-text").value = todo.text;
  }

  function showViewers(users) {
    const others = users.filter((name) => name !== user);
    const text = others.length > 0 ? `Currently viewing: you, ${others.join(", ")}` : "";
    $("viewers").textContent = text || "Nobody else is viewing it";
  }

  function onViewers({ doctype, docname, users }) {
    if (doctype === kDoctype && docname === opened?.name) showViewers(users);
  }

  $("document-text").addEventListener("input", () => {
    if (opened) save(opened.name, { text: $("document-text").value });
  });
  $("document").addEventListener("submit", (event) => event.preventDefault());
  $("document-close").addEventListener("click", closeDocument);

  if (user === "Guest") {
    $("list-refused").hidden = false;
    showRooms([]);
    realtime.connect();
    return;
  }
  realtime.on("doc_viewers", onViewers);
  realtime.watch_list(kDoctype, load);
  // What changed while the connection was away is in the list, not in an event.
  realtime.addEventListener("statechange", ({ state }) => state === "connected" && load());
  showRooms([`doctype:${kDoctype}`]);
}
