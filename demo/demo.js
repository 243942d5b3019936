// The demo page: one user of the site demo.localhost, and beside it another one in a frame. Nothing
// that arrives becomes HTML: text is set as text.

import { setUpCut } from "./cut.js";
import { setUpTodos } from "./todos.js";

const kSite = "demo.localhost";
const kPeople = {
  "alice@example.com": { token: "alice:demo", type: "System User", rooms: ["website", "all"] },
  "bob@example.com": { token: "bob:demo", type: "Website User", rooms: ["website"] },
  Guest: { token: "guest:demo", type: "Nobody signed in", rooms: ["website"] },
};
const kEventsShownMax = 100;
const kJsonShownMax = 2000;
const kPingMs = 5000;
const kFirstPingMs = 1000; // Past the upgrade, which would be measured with it.
const kStates = {
  connecting: "Connecting…",
  connected: "Connected",
  offline: "Connection lost. Trying again…",
  refused: "Refused",
};

const $ = (id) => document.getElementById(id);
const framed = window.self !== window.top;
const user = whoIsAsked();
const { token } = kPeople[user];

// Each user has a token: the frames of one window share their cookies. `url` makes it a client of
// its own, apart from the one that the script tag leaves in `frappe.realtime`.
const realtime = crema_realtime.createRealtime({ url: location.origin, site: kSite, token });
frappe.realtime = realtime;

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

// Asks the demo's own paths on the user's account.
async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { Authorization: `token ${token}` } });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}

// --- The connection ---

let pingSentAt = null;

function showState() {
  const { state, reason, socket } = realtime;
  const transport = state === "connected" ? socket.io.engine.transport.name : "";
  const detail = transport || (state === "refused" ? reason : "");
  $("state").dataset.state = state;
  $("state").dataset.transport = transport;
  $("state-text").textContent = [kStates[state], detail].filter(Boolean).join(" · ");
  if (state !== "connected") $("round-trip").hidden = true;
}

realtime.addEventListener("statechange", ({ state }) => {
  pingSentAt = null;
  showState();
  if (state !== "connected") return;
  realtime.socket.io.engine.once("upgrade", showState);
  setTimeout(ping, kFirstPingMs);
});

function ping() {
  if (realtime.state !== "connected" || document.hidden || pingSentAt !== null) return;
  pingSentAt = performance.now();
  realtime.emit("ping");
}

function showRoundTrip() {
  const ms = performance.now() - pingSentAt;
  pingSentAt = null;
  $("round-trip").textContent = `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  $("round-trip").hidden = realtime.state !== "connected";
}

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

function showRooms(asked) {
  const rooms = [`user:${user}`, ...kPeople[user].rooms, ...asked];
  $("rooms").replaceChildren(...rooms.map((room) => element("li", "", room)));
}

function showOther() {
  if (framed) return;
  const other = user === "bob@example.com" ? "alice@example.com" : "bob@example.com";
  $("other-link").href = linkTo(other);
  $("other-link").textContent = `The same moment for ${other}: open it in a tab of its own`;
  $("other").title = `The page of ${other}`;
  $("other").src = linkTo(other);
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

function shownJson([data]) {
  const text = (JSON.stringify(data, null, 1) ?? "").replace(/\n\s*/g, " ");
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

// --- What can be tried ---

async function startJob() {
  try {
    await ask("/demo/job", { method: "POST" });
  } catch (error) {
    crema_realtime.msgprint({ message: `The job did not start: ${error.message}`, alert: true });
  }
}

const showEventName = (data) => showEvent("event_name", [data]);

// event_name is the one event that is shown by a listener of its own, so that it can be removed.
function toggleListening() {
  const listening = $("listen").getAttribute("aria-pressed") !== "true";
  if (listening) frappe.realtime.on("event_name", showEventName);
  else frappe.realtime.off("event_name");
  $("listen").setAttribute("aria-pressed", String(listening));
  $("listen").firstChild.textContent = listening ? "Listening to " : "Not listening to ";
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

realtime.socket.onAny((name, ...args) => {
  if (name === "pong" && pingSentAt !== null) return showRoundTrip();
  if (name !== "event_name" && name !== "tick") showEvent(name, args);
});
realtime.on("event_name", showEventName);
$("job").addEventListener("click", startJob);
$("clear").addEventListener("click", clearEvents);
$("listen").addEventListener("click", toggleListening);
$("hello").addEventListener("click", () => frappe.realtime.emit("hello_chat"));
setInterval(ping, kPingMs);

showUser();
document.querySelectorAll(".command").forEach(addCopyButton);
setUpCut({ $, realtime, ask, element });
setUpTodos({ $, realtime, ask, element, user, showRooms });
showOther();
