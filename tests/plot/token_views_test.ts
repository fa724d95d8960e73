import { assert, assertEquals, assertThrows } from "@std/assert";
import { renderSvg } from "../../lib/plot/render.ts";
import { tokenViews } from "../../lib/plot/token_views.ts";

const view = (...tokens: [string, number][]) => tokens.map(([token, value]) => ({ token, value }));
const OPTIONS = { title: "Latent 3", legend: "activation", width: 200 };

type Cells = { x: number; x2: number; y: number; token: string; value: number }[];
// deno-lint-ignore no-explicit-any -- what is looked at is inside of the spec
const cellsOf = (spec: any, panel = 0): Cells => spec.concat[panel].data.values;

Deno.test("tokenViews() breaks lines at the width, texts below one another, no token over another", () => {
  const long = view(...Array.from({ length: 30 }, (_, i): [string, number] => [` word${i}`, i]));
  const cells = cellsOf(tokenViews([{ title: "S", texts: [long, view(["end", 1])] }], OPTIONS));
  assertEquals(cells.length, 31);
  assert(cells.every(({ x2 }) => x2 <= 200));
  for (const [i, cell] of cells.slice(1).entries()) {
    const before = cells[i];
    assert(cell.y > before.y || (cell.y === before.y && cell.x >= before.x2), cell.token);
  }
  assert(new Set(cells.map(({ y }) => y)).size > 5);
});

Deno.test("tokenViews() colours all panels on one scale, whose top is the largest value", async () => {
  const parts = [
    { title: "S", texts: [view([" I", 0], [" H", 2])] },
    { title: "DF", texts: [view([" I", 8], [" H", 0])] },
  ];
  // deno-lint-ignore no-explicit-any -- see above
  const spec = tokenViews(parts, OPTIONS) as any;
  const domains = spec.concat.map((panel: typeof spec) =>
    panel.layer[0].encoding.color.scale.domain
  );
  assertEquals(domains, [[0, 4, 8], [0, 4, 8]]);
  const svg = await renderSvg(spec);
  // of four tokens two are silent: no ground behind them
  assertEquals([...svg.matchAll(/aria-roledescription="rect mark"/g)].length, 2);
});

Deno.test("tokenViews() shows tokens that would be markup, script or an expression as they are", async () => {
  const hostile = ["</text><script>", "{{datum}}", "\n", "\u202eb", "<|endoftext|>", "&amp;", ""];
  const texts = [view(...hostile.map((token): [string, number] => [token, 1]))];
  const spec = tokenViews([{ title: "<b>", texts }], OPTIONS);
  const svg = await renderSvg(spec);
  assert(!svg.includes("<script") && !svg.includes("\u202e"));
  assertEquals(cellsOf(spec).map(({ token }) => token).slice(1, 4), [
    "{{datum}}",
    "⏎",
    "⟨U+202E⟩b",
  ]);
  assert(svg.includes("&amp;amp;") && svg.includes("{{datum}}"));
});

Deno.test("tokenViews() refuses negative and missing values", () => {
  const draw = (value: number) => () =>
    tokenViews([{ title: "", texts: [view(["a", value])] }], OPTIONS);
  assertThrows(draw(-1), RangeError, "expected values from 0 but found -1");
  assertThrows(draw(NaN), Error, "Cannot draw tokens");
});
