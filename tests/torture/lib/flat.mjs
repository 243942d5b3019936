// Whether a line of memory is flat.

// The first third is what a server needs to have seen everything once.
const kWarmUp = 1 / 3;
// What the straight line through the rest may rise by, from its beginning to its end: a share of
// its mean, and what an allocator's pages move by anyway.
const kShareMax = 0.03;
const kBytesMax = 1024 * 1024;

// `points`: [[seconds, bytes]], in order. Returns {isFlat, riseBytes, allowedBytes, meanBytes}.
export function judge(points) {
  const [[begin]] = points;
  const [end] = points.at(-1);
  const rest = points.filter(([at]) => at >= begin + (end - begin) * kWarmUp);
  const mean = (all) => all.reduce((sum, value) => sum + value, 0) / all.length;
  const meanAt = mean(rest.map(([at]) => at));
  const meanBytes = mean(rest.map(([, bytes]) => bytes));
  const spread = rest.reduce((sum, [at]) => sum + (at - meanAt) ** 2, 0);
  const together = rest.reduce((sum, [at, bytes]) => sum + (at - meanAt) * (bytes - meanBytes), 0);
  const slope = spread === 0 ? 0 : together / spread;
  const riseBytes = slope * (rest.at(-1)[0] - rest[0][0]);
  const allowedBytes = kBytesMax + kShareMax * meanBytes;
  return { isFlat: riseBytes <= allowedBytes, riseBytes, allowedBytes, meanBytes };
}
