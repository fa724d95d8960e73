// What is done to vega's drawings: the same picture in fewer bytes.
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decode, encode } from "npm:fast-png@8.0.0";
import svgpath from "npm:svgpath@2.6.0";
import { boundScatter } from "../../lib/plot/bound_scatter.ts";
import { darkSpec } from "../../lib/plot/dark.ts";
import { heatMaps } from "../../lib/plot/heat_map.ts";
import { renderPng, renderSvg } from "../../lib/plot/render.ts";
import { cellsAsPictures } from "../../lib/plot/svg/cells.ts";
import { squeezeSvg } from "../../lib/plot/svg/squeeze.ts";
import { parseSvg, svgText } from "../../lib/plot/svg/tree.ts";
import { texts } from "./svg.ts";

/** Rows of cells of 5 pixels, red by column and green by row. */
const cells = (rows: number, cols: number, skip = -1) =>
  Array.from({ length: rows * cols }, (_, n) => {
    const [row, col] = [Math.floor(n / cols), n % cols];
    return n === skip
      ? ""
      : `<path d="M${5 * col},${5 * row}h5v5h-5Z" fill="rgb(${col}, ${row}, 7)"/>`;
  }).join("");

Deno.test("cellsAsPictures() puts a full table into one picture, a pixel a cell", () => {
  const svg = cellsAsPictures(`<g>${cells(6, 7)}</g>`, encode);
  const [, base64] = /^<g><image x="0" y="0" width="35" height="30" .*base64,([^"]+)"\/><\/g>$/
    .exec(svg)!;
  const { width, height, data } = decode(Uint8Array.fromBase64(base64));
  assertEquals([width, height], [7, 6]);
  assertEquals([...data.slice(3 * (2 * 7 + 4), 3 * (2 * 7 + 5))], [4, 2, 7]); // row 2, column 4
});

Deno.test("cellsAsPictures() leaves what is no full table, and small ones", () => {
  for (const svg of [cells(6, 7, 20), cells(3, 3), cells(6, 7).replace("h5v5", "h9v5")]) {
    assertEquals(cellsAsPictures(svg, encode), svg);
  }
});

Deno.test("renderPng() keeps the edges of a table's cells", async () => {
  const frame = '<svg xmlns="http://www.w3.org/2000/svg" width="35" height="30">';
  const svg = cellsAsPictures(`${frame}${cells(6, 7)}</svg>`, encode);
  const { data, channels } = decode(await renderPng(svg, { scale: 1 }));
  const column = (x: number) => data[channels * (12 * 35 + x)];
  assertEquals([4, 5, 9, 10, 34].map(column), [0, 1, 1, 2, 6]);
});

Deno.test("renderSvg() draws the cells of a heat map as one picture", async () => {
  const data = Array.from({ length: 64 }, (_, i) => i - 32);
  const svg = await renderSvg(
    heatMaps([{ title: "a", rows: 8, cols: 8, data }], { title: "Maps" }),
  );
  assertEquals(svg.match(/<image /g)?.length, 1);
  assert(!svg.includes("h40v40")); // a cell: 320 pixels for eight
});

const scatter = (n: number, series = "a") => {
  const points = Array.from(
    { length: n },
    (_, x) => ({ x, y: x * x / 3, series, label: `p${x}` }),
  );
  const options = { title: "Dots", xTitle: "x", yTitle: "y", colours: { [series]: "#0072B2" } };
  return renderSvg(boundScatter([{ title: "one", points }], options));
};

Deno.test("squeezeSvg() keeps every word and every point in a third of the bytes", async () => {
  const svg = await scatter(40), small = squeezeSvg(svg, { prefix: "f1" });
  assert(small.length < svg.length / 3, `${small.length} of ${svg.length}`);
  assertEquals(texts(small), texts(svg));
  assertEquals(small.match(/<use href="#f1s0" x=/g)?.length, 40);
  assertStringIncludes(small, "<title>x: 2; y: 1.333; series: a; label: p2</title>");
});

Deno.test("squeezeSvg() keeps a field whole on hover whatever characters it has", async () => {
  const small = squeezeSvg(await scatter(3, "D -> DF"), { prefix: "f1" });
  assertStringIncludes(small, "<title>x: 2; y: 1.333; series: D -&gt; DF; label: p2</title>");
});

Deno.test("squeezeSvg() leaves titles out where there are hundreds, and marks points on one path", async () => {
  const small = squeezeSvg(await scatter(300), { prefix: "f1" });
  assertEquals(small.match(/<title>/g), null);
  // Attributes and no style: a page whose styles a server's policy forbids shows its points.
  const [, path] = /<path d="([^"]*)" fill="none" stroke="none" marker-mid="url\(#f1s0m\)"/.exec(
    small,
  )!;
  let places = 0;
  svgpath(path).iterate(() => void places++);
  assertEquals(places, 302); // the ends have no mark
});

Deno.test("squeezeSvg() shows the first and the last stage's context where points are hundreds, and none twice", () => {
  const point = (n: number) =>
    `<path aria-label="turned: D -&gt; DF (9); latent: ${n}; tokens S: a ${n}  ·  b; tokens D: e ${n}; ` +
    `tokens M: c ${n}  ·  d" aria-roledescription="point" d="M0,0h1"/>`;
  const drawing = (n: number) =>
    `<svg>${Array.from({ length: n }, (_, n) => point(n)).join("")}</svg>`;
  const told = new Set<string>();
  const squeeze = (n: number) => squeezeSvg(drawing(n), { prefix: "f", told });
  const whole =
    "<title>turned: D -&gt; DF (9); latent: 1\nS: a 1  ·  b\nD: e 1\nM: c 1  ·  d</title>";
  assertStringIncludes(squeeze(2), whole);
  const many = squeeze(300);
  assertStringIncludes(many, "<title>latent: 299\nS: a 299\nM: c 299</title>");
  assertStringIncludes(many, "<title>latent: 1</title>");
  assert(!squeeze(300).includes("<title>"));
});

Deno.test("parseSvg() reads what svgText() writes, and refuses what is cut off", () => {
  const svg = '<svg a="1 &gt; 0"><g><path d="M0,0"/></g><text>a &amp; b</text></svg>';
  assertEquals(svgText(parseSvg(svg)), svg);
  for (const bad of [svg.slice(0, -6), `${svg}<g/>`, "<g></svg>", "<g", ""]) {
    assertThrows(() => parseSvg(bad), Error, "Cannot read an SVG: expected elements");
  }
});

Deno.test("darkSpec() changes colours, and no word of the data", async () => {
  const white = heatMaps([{ title: "white", rows: 1, cols: 1, data: [1] }], { title: "white" });
  const svg = await renderSvg(darkSpec(white));
  assertStringIncludes(svg, 'fill="#17191D"');
  assert(!svg.includes("#22252B") && !svg.includes('fill="white"'));
  assertEquals(texts(svg).filter((text) => text === "white").length, 2);
});
