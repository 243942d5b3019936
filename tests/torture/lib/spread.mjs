// How many, and how long it took them: {count, median, p99, last}, milliseconds.

const at = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)];

export function spreadOf(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const [median, p99, last] = [0.5, 0.99, 1].map((share) => at(sorted, share));
  return { count: sorted.length, median, p99, last };
}

// The same, counted from another moment, `ms` before.
export function later({ count, median, p99, last }, ms) {
  return { count, median: median + ms, p99: p99 + ms, last: last + ms };
}

export function spreadText({ count, median, p99, last }) {
  if (count === 0) return "nobody";
  const [middle, most, end] = [median, p99, last].map(Math.round);
  return `${count}; median ${middle}, 99 % ${most}, last ${end} ms`;
}
