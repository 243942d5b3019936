import assert from "node:assert/strict";
import test from "node:test";

import { kHideAfterDoneMs, kSilenceMs, ProgressModel } from "../src/progress_model.ts";

// A model after these events, all at time 0.
function after(...events) {
  const model = new ProgressModel();
  for (const data of events) model.update(data, 0);
  return model;
}

function seen(model) {
  return model.visible().bars.map(({ title, percent, state }) => [title, percent, state]);
}

test("a bar starts at 0 with the default title", () => {
  assert.deepEqual(seen(after({ percent: 0 })), [["Progress", 0, "running"]]);
});

test("percent, or a pair of done and all; both within 0 and 100", () => {
  for (const [data, percent] of [
    [{ percent: 25 }, 25],
    [{ percent: "25.5" }, 25.5],
    [{ percent: 250 }, 100],
    [{ progress: [3, 4] }, 75],
    [{ progress: [0, 4], percent: 90 }, 0],
    [{ progress: [9, 4] }, 100],
  ]) {
    assert.equal(seen(after(data))[0][1], percent, JSON.stringify(data));
  }
});

test("what is no number is ignored", () => {
  for (const percent of [undefined, null, "", " ", "x", NaN, Infinity, {}, [], [5], true]) {
    assert.deepEqual(seen(after({ percent })), [], String(percent));
  }
  for (const progress of [[], [1], [1, 0], [0, 0], ["a", 2], [null, 2]]) {
    assert.deepEqual(seen(after({ progress })), [], JSON.stringify(progress));
  }
});

test("below 0 is failure, and the bar stays until it is closed or goes on", () => {
  const model = after({ percent: 40 }, { percent: -1, description: "no disk" });
  assert.deepEqual(seen(model), [["Progress", 40, "failed"]]);
  assert.equal(model.nextAt(), undefined);
  model.update({ percent: 41 }, 1);
  assert.deepEqual(seen(model), [["Progress", 41, "running"]]);
});

test("one bar per task, else per document, else per title", () => {
  const doc = { doctype: "ToDo", docname: "1" };
  const model = after(
    { percent: 1, task_id: "t", title: "A" },
    { percent: 2, task_id: "t", title: "B" },
    { percent: 3, ...doc },
    { percent: 4, ...doc, title: "D" },
    { percent: 5, title: "D" },
  );
  assert.deepEqual(seen(model), [
    ["B", 2, "running"],
    ["D", 4, "running"],
    ["D", 5, "running"],
  ]);
});

test("a description stays until one that is not empty", () => {
  const model = after({ percent: 1, description: "one" }, { percent: 2, description: "" });
  assert.equal(model.visible().bars[0].description, "one");
  model.update({ percent: 3, description: "three" }, 0);
  assert.equal(model.visible().bars[0].description, "three");
});

test("goes 500 ms after 100, unless it goes on", () => {
  const model = after({ percent: 100 });
  assert.equal(model.nextAt(), kHideAfterDoneMs);
  assert.equal(model.tick(kHideAfterDoneMs - 1), false);
  assert.deepEqual(seen(model), [["Progress", 100, "done"]]);
  assert.equal(model.tick(kHideAfterDoneMs), true);
  assert.deepEqual(seen(model), []);
  const again = after({ percent: 100 }, { percent: 1 });
  assert.equal(again.tick(kHideAfterDoneMs), false);
});

test("stalls after 30 s of silence, and goes on with the next event", () => {
  const model = after({ percent: 40 });
  assert.equal(model.tick(kSilenceMs - 1), false);
  assert.equal(model.tick(kSilenceMs), true);
  assert.deepEqual(seen(model), [["Progress", 40, "stalled"]]);
  model.update({ percent: 41 }, kSilenceMs + 1);
  assert.deepEqual(seen(model), [["Progress", 41, "running"]]);
});

test("three are shown and the rest counted", () => {
  const model = after(...["a", "b", "c", "d", "e"].map((title) => ({ percent: 1, title })));
  assert.deepEqual(
    seen(model).map(([title]) => title),
    ["a", "b", "c"],
  );
  assert.equal(model.visible().more, 2);
  model.remove("a");
  assert.deepEqual(
    seen(model).map(([title]) => title),
    ["b", "c", "d"],
  );
});

test("hidden by hand: its next events do not bring it back, a new job does", () => {
  const model = after({ percent: 1, title: "a" });
  model.hide(model.visible().bars);
  model.update({ percent: 2, title: "a" }, 0);
  assert.deepEqual(seen(model), []);
  model.update({ percent: 100, title: "a" }, 0);
  model.tick(kHideAfterDoneMs);
  model.update({ percent: 1, title: "a" }, 0);
  assert.deepEqual(seen(model), [["a", 1, "running"]]);
});

test("there is a bound on how many bars a page keeps", () => {
  const model = after(...Array.from({ length: 1000 }, (_, i) => ({ percent: 1, title: `t${i}` })));
  const { bars, more } = model.visible();
  assert.equal(bars.length + more, 100);
});
