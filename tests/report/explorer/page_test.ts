import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { link } from "../../../lib/report/explorer/link.ts";
import { packExplorer } from "../../../lib/report/explorer/pack.ts";
import { explorerPage } from "../../../lib/report/explorer/page.ts";
import { pageProgram } from "../../../lib/report/explorer/program.ts";
import { openExplorer } from "../../../lib/report/explorer/page/explorer.ts";
import { firstFilters, shownLatents, sorted } from "../../../lib/report/explorer/page/filters.ts";
import { formatP, formatValue, grouped } from "../../../lib/report/explorer/page/format.ts";
import { nearestPoint, nextPoint } from "../../../lib/report/explorer/page/nearest_point.ts";
import { scaleOf } from "../../../lib/report/explorer/page/scale.ts";
import { HOSTILE, syntheticData } from "./synthetic.ts";

const SMALL = syntheticData(40);

const ANY = { dead: "any", relevant: "any", causal: "any" };

function opened(data = SMALL) {
  const explorer = openExplorer(JSON.stringify(packExplorer(data)));
  return { explorer, windows: explorer.windows };
}

Deno.test("explorerPage() stays below 10 MB at 3,072 latents in five stages", () => {
  const bytes = new TextEncoder().encode(explorerPage(syntheticData(3072))).length;
  assert(bytes < 10e6, `${bytes} bytes`);
  assert(bytes > 2e6, `${bytes} bytes: something is missing`);
});

Deno.test("explorerPage() leaves nothing of a token that could be markup, and asks for nothing", () => {
  const page = explorerPage(SMALL);
  const [, json] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(page)!;
  assertEquals(JSON.parse(json).tokens.includes(HOSTILE[0]), true);
  assertEquals(page.split("<img").length, 1);
  assertEquals(page.match(/<script/g)!.length, 2);
  assert(page.includes("<title>Synthetic &lt;b&gt;explorer"));
  assert(page.includes("default-src 'none'"));
  assertEquals(page.match(/https?:\/\/(?!www\.w3\.org\/)[^"'` ]*/g) ?? [], []);
});

Deno.test("packExplorer() keeps numbers to the bit, and activations to 1e-4", () => {
  const { explorer, windows } = opened();
  assertEquals(
    explorer.columns[0].values,
    Float32Array.from({ length: 40 }, (_, i) => Math.cos(i)),
  );
  const [first] = windows.top(0, 0), { contexts } = SMALL;
  assertEquals([first.sequence, first.position, first.at], [0, 6, 6]);
  assertEquals(first.tokens.slice(0, 4), [HOSTILE[0], HOSTILE[1], "<!--", "]]>"]);
  assertEquals(first.tokens.length, 6 + 1 + 5); // the window begins before the sequence does
  contexts.activations.forEach((acts, stage) =>
    first.activations[stage].forEach((value, i) => assertAlmostEquals(value, acts[4 + i], 1e-4))
  );
  assertEquals(windows.top(9, 2), []); // dead
});

Deno.test("packExplorer() shows hidden characters and cuts a token of 10,000", () => {
  const { explorer: { tokens } } = opened();
  assert(tokens.includes("⟨U+202E⟩evil") && tokens.includes("␀␛[2J"));
  const long = tokens.find((token) => token.startsWith("xxx"))!;
  assert(long.endsWith("… (10000 characters)") && long.length < 250, long);
});

Deno.test("shownLatents() filters by mark, group, region, number and text", () => {
  const { explorer } = opened();
  const shown = (change: object, axes = { x: "x", y: "y" }) =>
    shownLatents(explorer, { filters: { ...firstFilters(explorer), ...change }, axes });
  assertEquals(shown({}).length, 36); // four are dead, and hidden at first
  assertEquals(shown({ flags: { ...ANY, dead: "with" } }), [9, 19, 29, 39]);
  assertEquals(shown({ flags: { ...ANY, relevant: "with" } }), [3, 13, 23, 33]);
  assertEquals(shown({ hidden: [0, 1, 2] }).every((i) => i % 4 === 3), true);
  assertEquals(
    shown({ region: { x: [0.99, 1] } }),
    [0, 6, 25, 38].filter((i) => Math.cos(i) >= 0.99),
  );
  assertEquals(shown({ query: "#12" }), [12]);
  assert(shown({ query: "12" }).includes(12));
  assert(shown({ query: "ONERROR" }).includes(0));
  assertEquals(shown({ query: "nowhere to be found" }), []);
});

Deno.test("sorted() orders by a column and leaves what has no number for the end", () => {
  const { explorer } = opened();
  explorer.columns[0].values[5] = NaN;
  const down = sorted(explorer, [1, 5, 0, 2], { column: "x", down: true });
  assertEquals(down, [0, 1, 2, 5]);
  assertEquals(sorted(explorer, [1, 5, 0, 2], { column: "x", down: false }), [2, 1, 0, 5]);
});

Deno.test("nextPoint() goes to the near point in a direction, and stays where there is none", () => {
  const points = [[0, 100], [50, 95], [60, 10], [10, 40]].map(([left, top], latent) => ({
    latent,
    left,
    top,
  }));
  const right = { left: 1, top: 0 }, up = { left: 0, top: -1 };
  assertEquals(nextPoint(points, undefined, right)?.latent, 0);
  assertEquals(nextPoint(points, points[0], right)?.latent, 1);
  assertEquals(nextPoint(points, points[0], up)?.latent, 3);
  assertEquals(nextPoint(points, points[2], right)?.latent, 2);
  assertEquals(nearestPoint(points, { left: 58, top: 12 }, 5)?.latent, 2);
  assertEquals(nearestPoint(points, { left: 30, top: 30 }, 5), undefined);
});

Deno.test("scaleOf() goes there and back, by logarithms as well, and names round values", () => {
  const plain = scaleOf([0, 1], { from: 50, to: 450 });
  assertAlmostEquals(plain.value(plain.at(0.3)), 0.3, 1e-9);
  assertEquals(plain.ticks.map(({ text }) => text), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  const log = scaleOf([0.001, 0, 1], { from: 0, to: 300, log: true });
  assertAlmostEquals(log.value(log.at(0.02)), 0.02, 1e-9);
  assertEquals(log.ticks.map(({ text }) => text), ["0.001", "0.01", "0.1", "1"]);
  assertEquals(log.at(0), -Infinity);
});

Deno.test("formatValue(), formatP() and grouped() write numbers for readers", () => {
  assertEquals([-0.00001, NaN, -0.5, 12].map((value) => formatValue(value)), [
    "−1.0e−5",
    "–",
    "−0.500",
    "12.000",
  ]);
  assertEquals([formatP(0.04), formatP(2e-5), formatP(NaN)], ["p = 0.040", "p = 2.0e−5", "–"]);
  assertEquals(grouped(1234567), "1,234,567");
});

Deno.test("link() refuses a module that is not given, and a circle", () => {
  const a = 'import { b } from "./b.ts";\nexport const a = b;\n';
  const b = 'import { a } from "./a.ts";\nexport const b = a;\n';
  assertThrows(() => link({ a }, "a"), RangeError, "found b in a");
  assertThrows(() => link({ a, b }, "a"), RangeError, "cut the circle");
});

Deno.test("link() refuses imports and exports that it would leave in the script", () => {
  const b = "export const b = 1;\nexport function c() {}\n";
  const strange = [
    'import { b as other } from "./b.ts";',
    'import b from "./b.ts";',
    'import * as b from "./b.ts";',
    'import { b } from "../b.ts";',
    'import { b } from "./b-c.ts";',
    'import "./b.ts";',
    "const a = 1;\nexport { a };",
    "export class A {}",
    "export default 1;",
    'export { b } from "./b.ts";',
  ];
  for (const a of strange) {
    assertThrows(() => link({ a, b }, "a"), SyntaxError, "Cannot link a: expected imports", a);
  }
  const two = 'import {\n  b,\n  c,\n} from "./b.ts";\nexport const a = [b, c].length;\n';
  assertEquals(new Function(`${link({ a: two, b }, "a")}\nreturn $a.a;`)(), 2);
});

Deno.test("pageProgram() is a script that an engine takes", () => {
  new Function(pageProgram());
});
