// What the sanitizers of a binary say. A race, a leak or an overflow that ends nothing changes an
// exit code at most, at an end that most tests do not look at; it always says so on stderr.

const kReport = /Sanitizer: |runtime error: /;
const kLinesBefore = 2;
const kLinesAfter = 60;

// Throws with the first report among `lines`, the stderr of `what`, and the lines around it.
export function refuseReports(what, lines) {
  const at = lines.findIndex((line) => kReport.test(line));
  if (at < 0) return;
  const around = lines.slice(Math.max(0, at - kLinesBefore), at + kLinesAfter);
  throw new Error(`a sanitizer reports of ${what}:\n  ${around.join("\n  ")}`);
}
