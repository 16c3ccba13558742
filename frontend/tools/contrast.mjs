// Checks the tokens' contrast in both schemes: text 4.5:1, shapes and edges 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
import { readFileSync } from "node:fs";

const source = readFileSync(new URL("../src/styles/_tokens.scss", import.meta.url), "utf8");
const variables = Object.fromEntries([...source.matchAll(/^\$(\w+): (#\w{6})/gm)].map(([, name, value]) => [name, value]));
const scheme = (name) => {
  const body = source.match(new RegExp(`@mixin ${name} \\{([\\s\\S]*?)\\n\\}`))[1].replace(/#\{\$(\w+)\}/g, (_, v) => variables[v]);
  return Object.fromEntries([...body.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, token, value]) => [token, value]));
};
const light = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a, b) => {
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
const words = ["ink", "muted", "action", "done", "delivered", "part", "missing", "proposed", "unplaced", "late", "sample", "current", "quiet"];
const pairs = [
  ...words.flatMap((word) => ["paper", "panel", "raised"].map((ground) => [word, ground, 4.5])),
  ...["done", "part", "missing", "proposed", "sample", "action"].flatMap((tone) => [[tone, `${tone}-soft`, 4.5], ["ink", `${tone}-soft`, 4.5]]),
  ["muted", "action-soft", 4.5], ["muted", "missing-soft", 4.5],
  ["on-product", "product", 4.5], ["product-soft", "product", 4.5], ["on-action", "action", 4.5], ["on-action", "action-strong", 4.5],
  ["on-pale", "seq-1", 4.5], ["on-pale", "seq-2", 4.5], ["on-pale", "seq-3", 4.5], ["on-deep", "seq-4", 4.5], ["on-deep", "seq-5", 4.5],
  ["on-deep", "div-1", 4.5], ["on-pale", "div-3", 4.5], ["on-pale", "div-4", 4.5], ["on-pale", "div-5", 4.5], ["on-deep", "div-7", 4.5],
  ["line-strong", "paper", 3], ["line-strong", "panel", 3], ["focus", "focus-edge", 3],
];
let failures = 0;
for (const name of ["light", "dark"]) {
  const tokens = scheme(name);
  for (const [front, back, least] of pairs) {
    const found = ratio(tokens[front], tokens[back]);
    if (found < least) {
      failures += 1;
      console.error(`${name}: ${front} on ${back} is ${found.toFixed(2)}:1, less than ${least}:1`);
    }
  }
}
console.log(`${pairs.length * 2} pairs checked, ${failures} too weak`);
process.exitCode = failures ? 1 : 0;
