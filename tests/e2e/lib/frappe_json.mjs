// JSON text as Frappe's `as_json` writes it: indent 1, sorted keys, ASCII only, NaN and Infinity as
// they are. BigInt stands for a Python integer beyond 2^53. Source: frappe-realtime §6.4.

export function asJson(value, indent = "") {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return String(value);
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    return block(
      "[",
      "]",
      value.map((item) => asJson(item, inner)),
      indent,
    );
  }
  const keys = Object.keys(value).sort();
  return block(
    "{",
    "}",
    keys.map((key) => `${quote(key)}: ${asJson(value[key], inner)}`),
    indent,
  );
}

function block(open, close, items, indent) {
  if (items.length === 0) return open + close;
  const separator = `,\n${indent} `;
  return `${open}\n${indent} ${items.join(separator)}\n${indent}${close}`;
}

function quote(text) {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
