// An append-only list that can be waited on. Everything the tests observe (events of a client,
// requests to the web process, lines of a log, frames of a raw socket) is kept in one, so that a
// test waits for a fact and never for an amount of time.

export const kDefaultDeadlineMs = 15_000;

// Rejects with a message that names `what` when `promise` has not settled within `ms`.
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class Journal {
  entries = [];
  #waiters = new Set();

  constructor(name) {
    this.name = name;
  }

  get length() {
    return this.entries.length;
  }

  push(entry) {
    this.entries.push(entry);
    for (const waiter of [...this.#waiters]) waiter(entry);
  }

  since(from) {
    return this.entries.slice(from);
  }

  // The first entry at index `from` or later that satisfies `predicate`, present or future.
  wait(predicate, what, { ms = kDefaultDeadlineMs, from = 0 } = {}) {
    const present = this.entries.slice(from).find(predicate);
    if (present !== undefined) return Promise.resolve(present);
    let waiter;
    const future = new Promise((resolve, reject) => {
      waiter = (entry) => {
        try {
          if (predicate(entry)) resolve(entry);
        } catch (error) {
          reject(error);
        }
      };
      this.#waiters.add(waiter);
    });
    return within(ms, `${what} in ${this.name}`, future)
      .catch((error) => {
        error.message += `\nlast entries: ${describe(this.entries.slice(-12))}`;
        throw error;
      })
      .finally(() => this.#waiters.delete(waiter));
  }
}

// Asks `check` again and again until it returns something truthy. For facts that only a question
// can reveal (a counter, a subscription in Redis); where something announces itself, wait for that
// instead.
export async function eventually(what, check, ms = kDefaultDeadlineMs) {
  const deadline = Date.now() + ms;
  let last;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what} (last: ${last})`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function describe(entries) {
  return entries
    .map((entry) => {
      const text = typeof entry === "string" ? entry : JSON.stringify(entry, withoutBytes);
      return `\n  ${String(text).slice(0, 300)}`;
    })
    .join("");
}

function withoutBytes(_key, value) {
  return value?.type === "Buffer" ? `${value.data.length} bytes` : value;
}
