// The demo page: one user of the site demo.localhost, connected with the official client.
// Nothing that arrives becomes HTML: text is set as text.

const kSite = "demo.localhost";
const kPeople = {
  "alice@example.com": { sid: "alice", type: "System User", rooms: ["website", "all"] },
  "bob@example.com": { sid: "bob", type: "Website User", rooms: ["website"] },
  Guest: { sid: "guest", type: "Nobody signed in", rooms: ["website"] },
};
const kEventsShownMax = 100;
const kJsonShownMax = 2000;
const kToastsMax = 3;
const kToastMs = 8000;
const kHideAfterDoneMs = 500;
const kPingMs = 5000;
const kFirstPingMs = 1000; // Past the upgrade, which would be measured with it.
const kRetryMs = [300, 600, 1200, 2500, 5000];

const $ = (id) => document.getElementById(id);
const framed = window.self !== window.top;
const user = whoIsAsked();
const asked = new Set(); // Rooms asked for; asked for again after every reconnection.

function whoIsAsked() {
  const name = new URLSearchParams(location.search).get("user") ?? "";
  if (name.toLowerCase() === "guest") return "Guest";
  return Object.hasOwn(kPeople, name) ? name : "alice@example.com";
}

function linkTo(person) {
  return `/?user=${person === "Guest" ? "guest" : person}`;
}

function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

// --- The connection ---

// The user is whom the cookie names when the request is sent. All tabs and frames share that
// cookie, so they take turns: set it, send what rests on it, then let the next one go.
// Its path is no wider than needed: cookies know no ports, and a bench on this host has its own sid
// at `/`, which must survive and which script may not replace. The narrower path is sent first.
function asUser(path, action) {
  const turn = () => {
    document.cookie = `sid=${kPeople[user].sid}; path=${path}; SameSite=Lax`;
    return action();
  };
  return navigator.locks ? navigator.locks.request("crema-demo-sid", turn) : turn();
}

// Reconnection is ours: the client's own would send the handshake outside of its turn.
const socket = io(`/${kSite}`, { autoConnect: false, reconnection: false });
const manager = socket.io;
let retries = 0;
let pingSentAt = null;

function connect() {
  showState("connecting", "Connecting…");
  asUser("/socket.io", handshake);
}

// Fulfils when the handshake is answered, one way or the other.
function handshake() {
  return new Promise((done) => {
    manager.once("open", done);
    manager.once("error", done);
    socket.connect();
  });
}

function reconnect() {
  const delay = kRetryMs[Math.min(retries, kRetryMs.length - 1)];
  retries += 1;
  setTimeout(connect, delay * (0.75 + Math.random() / 2));
}

function showState(state, text) {
  $("state").dataset.state = state;
  if (state !== "connected") {
    delete $("state").dataset.transport;
    $("round-trip").hidden = true;
  }
  if ($("state-text").textContent !== text) $("state-text").textContent = text;
}

function showConnected() {
  const transport = manager.engine.transport.name;
  showState("connected", `Connected · ${transport}`);
  $("state").dataset.transport = transport;
}

function ping() {
  if (!socket.connected || document.hidden || pingSentAt !== null) return;
  pingSentAt = performance.now();
  socket.emit("ping");
}

function showRoundTrip() {
  const ms = performance.now() - pingSentAt;
  pingSentAt = null;
  $("round-trip").textContent = `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  $("round-trip").hidden = !socket.connected;
}

manager.on("open", () => {
  manager.engine.once("upgrade", () => {
    if (socket.connected) showConnected();
  });
});

socket.on("connect", () => {
  retries = 0;
  showConnected();
  asked.forEach(subscribe);
  setTimeout(ping, kFirstPingMs);
});

socket.on("disconnect", () => {
  pingSentAt = null;
  showState("offline", "Connection lost. Trying again…");
  reconnect();
});

// After a refusal the client has let go of its socket; anything else is worth another try.
socket.on("connect_error", (error) => {
  if (!socket.active) return showState("refused", `Refused: ${error.message}`);
  showState("offline", "The server does not answer. Trying again…");
  reconnect();
});

socket.onAny((name, ...args) => {
  if (name === "pong" && pingSentAt !== null) return showRoundTrip();
  showEvent(name, args);
});

// --- Who and where ---

function showUser() {
  document.documentElement.classList.toggle("framed", framed);
  document.documentElement.dataset.person = user;
  document.title = `${user} · Crema demo`;
  $("user").textContent = user;
  $("user-type").textContent = `${kPeople[user].type} · site ${kSite}`;
  $("avatar").textContent = user[0];
  document.querySelectorAll(".me-user").forEach((node) => (node.textContent = user));
  document.querySelector(`.users [data-user="${user}"]`).setAttribute("aria-current", "page");
}

function showRooms() {
  const joined = [`user:${user}`, ...kPeople[user].rooms];
  const wanted = [...asked].map((room) => {
    const row = element("li", "asked", `${room} `);
    row.append(element("small", "", "asked for"));
    return row;
  });
  $("rooms").replaceChildren(...joined.map((room) => element("li", "", room)), ...wanted);
  $("asked-note").hidden = asked.size === 0;
}

// "doctype:ToDo" to ["doctype", "ToDo"], "doc:ToDo/1" to ["doc", "ToDo", "1"].
function parts(room) {
  const [kind, rest] = room.split(":");
  return kind === "doc" ? [kind, ...rest.split("/")] : [kind, rest];
}

function subscribe(room) {
  const [kind, ...names] = parts(room);
  socket.emit(`${kind}_subscribe`, ...names);
}

function unsubscribe(room) {
  const [kind, ...names] = parts(room);
  socket.emit(`${kind}_unsubscribe`, ...names);
}

function toggleRoom(button) {
  const room = button.dataset.room;
  const wanted = !asked.has(room);
  if (wanted) asked.add(room);
  else asked.delete(room);
  if (socket.connected) (wanted ? subscribe : unsubscribe)(room);
  button.setAttribute("aria-pressed", String(wanted));
  showRooms();
}

function showOthers() {
  if (framed) return;
  const others = Object.keys(kPeople).filter((person) => person !== user);
  document.querySelectorAll(".frames figure").forEach((figure, index) => {
    const [link, frame] = [figure.querySelector("a"), figure.querySelector("iframe")];
    link.href = linkTo(others[index]);
    link.textContent = `Open as ${others[index]} in a tab of its own`;
    frame.title = `The page of ${others[index]}`;
    frame.src = linkTo(others[index]);
  });
}

// --- Events ---

let eventCount = 0;

function showEvent(name, args) {
  eventCount += 1;
  $("count").textContent = String(eventCount);
  $("empty").hidden = true;
  $("clear").hidden = false;
  const list = $("events");
  // A running bar would push everything else out of the list: its events share one row.
  const latest = list.firstElementChild;
  if (name === "progress" && latest?.dataset.event === name) return repeatRow(latest, args);
  list.prepend(eventRow(name, args));
  if (list.childElementCount > kEventsShownMax) list.lastElementChild.remove();
}

function eventRow(name, args) {
  const row = element("li", "");
  row.dataset.testid = "event";
  row.dataset.event = name;
  row.dataset.times = "1";
  if (name === "progress") row.setAttribute("aria-live", "off"); // The dialog announces it.
  const head = element("div", "row");
  const time = element("time", "", clock());
  head.append(element("span", "name", name), element("span", "times"), time);
  row.append(head, element("code", "json", shownJson(args)));
  return row;
}

function repeatRow(row, args) {
  row.dataset.times = String(Number(row.dataset.times) + 1);
  row.querySelector(".times").textContent = `×${row.dataset.times}`;
  row.querySelector("time").textContent = clock();
  row.querySelector(".json").textContent = shownJson(args);
}

function clock() {
  const now = new Date();
  return `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, "0")}`;
}

function shownJson(args) {
  const spaced = (value) => JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  const text = args.map(spaced).join(", ");
  if (text.length <= kJsonShownMax) return text;
  return `${text.slice(0, kJsonShownMax)}… (${text.length} characters)`;
}

function clearEvents() {
  eventCount = 0;
  $("count").textContent = "0";
  $("events").replaceChildren();
  $("empty").hidden = false;
  $("clear").hidden = true;
}

// --- Progress ---

let hideTimer = 0;
let saidTenth = -1;
let hiddenTitle = null; // Hidden by hand: its next events do not bring it back.

// {percent} or {progress: [done, all]}, as Frappe's dialog takes it. Null when there is no number.
function percentOf({ percent, progress }) {
  const value = Array.isArray(progress) ? (progress[0] / progress[1]) * 100 : percent;
  if (value === null || value === "" || !Number.isFinite(Number(value))) return null;
  return Math.min(100, Math.max(0, Number(value)));
}

function onProgress(data) {
  const percent = percentOf(data ?? {});
  if (percent === null) return;
  const title = String(data.title || "Progress");
  const reopened = $("progress").hidden || $("progress-title").textContent !== title;
  if (reopened) $("progress-description").textContent = "";
  if (title !== hiddenTitle) hiddenTitle = null;
  moveBar(percent, title, data.description);
  clearTimeout(hideTimer);
  showProgress(hiddenTitle === null);
  if (percent === 100) {
    hiddenTitle = null;
    hideTimer = setTimeout(showProgress, kHideAfterDoneMs, false);
  }
}

function moveBar(percent, title, description) {
  const whole = Math.floor(percent);
  $("progress-title").textContent = title;
  $("progress-percent").textContent = `${whole} %`;
  $("progress-bar").setAttribute("aria-valuenow", String(whole));
  $("progress-fill").style.width = `${percent}%`;
  if (description) $("progress-description").textContent = String(description);
  const tenth = Math.floor(percent / 10);
  if (tenth !== saidTenth) $("progress-said").textContent = `${title}: ${whole} %`;
  saidTenth = tenth;
}

function showProgress(visible) {
  $("progress").hidden = !visible;
  showJobButton();
}

function hideProgressByHand() {
  if ($("progress").hidden) return;
  hiddenTitle = $("progress-title").textContent;
  clearTimeout(hideTimer);
  showProgress(false);
}

// --- The long job ---

let starting = false;

function showJobButton() {
  $("job").setAttribute("aria-disabled", String(starting || !$("progress").hidden));
}

async function startJob() {
  if ($("job").getAttribute("aria-disabled") === "true") return;
  starting = true;
  showJobButton();
  try {
    const response = await asUser("/demo", () => fetch("/demo/job", { method: "POST" }));
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
  } catch (error) {
    showToast("The job did not start", error.message);
  }
  starting = false;
  showJobButton();
}

// --- Messages ---

// A text, or {message, title} as frappe.msgprint sends it.
function onMessage(data) {
  const rich = data !== null && typeof data === "object";
  const text = rich ? data.message : data;
  const title = rich && data.title ? String(data.title) : "";
  showToast(title, typeof text === "string" ? text : shownJson([text ?? null]));
}

function showToast(title, text) {
  const toast = element("div", "toast");
  toast.dataset.testid = "toast";
  const body = element("div", "");
  if (title) body.append(element("strong", "", title));
  body.append(text);
  const close = element("button", "small", "Close");
  close.type = "button";
  close.addEventListener("click", () => toast.remove());
  toast.append(body, close);
  $("toasts").append(toast);
  if ($("toasts").childElementCount > kToastsMax) $("toasts").firstElementChild.remove();
  setTimeout(() => toast.remove(), kToastMs);
}

// --- Commands to copy ---

// As the page shows it: on one line, however its source is wrapped.
const line = (code) => code.textContent.replace(/\s+/g, " ").trim();

function addCopyButton(command) {
  const code = command.querySelector("code");
  const button = element("button", "small", "Copy");
  button.type = "button";
  button.setAttribute("aria-label", `Copy: ${line(code)}`);
  button.addEventListener("click", () => copy(code, button));
  command.append(button);
}

async function copy(code, button) {
  try {
    await navigator.clipboard.writeText(line(code));
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

socket.on("progress", onProgress);
socket.on("msgprint", onMessage);
$("job").addEventListener("click", startJob);
$("clear").addEventListener("click", clearEvents);
$("progress-close").addEventListener("click", hideProgressByHand);
document.addEventListener("keydown", (event) => event.key === "Escape" && hideProgressByHand());
document.querySelectorAll("[data-room]").forEach((button) => {
  button.addEventListener("click", () => toggleRoom(button));
});
setInterval(ping, kPingMs);

showUser();
document.querySelectorAll(".command").forEach(addCopyButton);
showRooms();
showJobButton();
showOthers();
connect();
