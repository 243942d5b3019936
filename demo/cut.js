// Cuts the connection while the server goes on telling, and shows which of its events came at once,
// which were caught up afterwards, and which are lost.

const kTicks = 8;
const kAwayMs = 1500;
const kWaitMs = 6000;
const kTogetherMs = 100;

export function setUpCut({ $, realtime, ask, element }) {
  let story = null; // {cut, back, arrived: [when]}

  function begin() {
    story = { arrived: [] };
    $("cut").setAttribute("aria-disabled", "true");
    $("cut-story").hidden = false;
    show("The server counts to eight…");
    setTimeout(end, kWaitMs);
  }

  function end() {
    $("cut").setAttribute("aria-disabled", "false");
    const { length } = Object.keys(story.arrived);
    const caught = story.arrived.filter((when) => when === "caught").length;
    const lost = kTicks - length;
    const end = lost > 0 ? `${lost} were lost: this server keeps none.` : "None was lost.";
    show(`Away for ${awaySeconds()} s: ${caught} were caught up. ${end}`);
    $("cut-story").dataset.over = "yes";
  }

  const awaySeconds = () => ((story.back - story.cut) / 1000).toFixed(1);

  function onTick({ n, of }) {
    if (!story || of !== kTicks) return;
    if (n === 1) return cut();
    // What was missed comes together, with the connection or right behind it.
    const late = story.back === undefined || performance.now() - story.back < kTogetherMs;
    story.arrived[n - 1] = late ? "caught" : "live";
    show($("cut-text").textContent);
  }

  function cut() {
    const { io } = realtime.socket;
    story.arrived[0] = "live";
    story.cut = performance.now();
    const [delay, spread] = [io.reconnectionDelay(), io.randomizationFactor()];
    io.reconnectionDelay(kAwayMs).randomizationFactor(0);
    io.engine.close();
    show("The connection is cut…");
    realtime.socket.once("connect", () => {
      io.reconnectionDelay(delay).randomizationFactor(spread);
      story.back = performance.now();
      show(`Back after ${awaySeconds()} s. The server goes on counting…`);
    });
  }

  function show(text) {
    $("cut-text").textContent = text;
    const marks = Array.from({ length: kTicks }, (_, index) => {
      const when = story.arrived[index] ?? "awaited";
      const mark = element("li", when, String(index + 1));
      mark.title = when;
      return mark;
    });
    $("ticks").replaceChildren(...marks);
  }

  realtime.on("tick", onTick);
  $("cut").addEventListener("click", async () => {
    if ($("cut").getAttribute("aria-disabled") === "true") return;
    delete $("cut-story").dataset.over;
    begin();
    await ask("/demo/ticks", { method: "POST" });
  });
}
