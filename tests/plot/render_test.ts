import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { figureBundle } from "../../lib/plot/notebook/figure.ts";
import { lineChart } from "../../lib/plot/line_chart.ts";
import { fontFiles, renderPng, renderSvg } from "../../lib/plot/render.ts";
import { quadrantBars } from "../../lib/plot/quadrant_bars.ts";
import { rotationScatter } from "../../lib/plot/rotation_scatter.ts";
import { saveFigure } from "../../lib/plot/save.ts";
import { advanceWidths, glyphCoverage, textWidth } from "../../lib/plot/text_width.ts";

const points = [0.3, 0.6, 0.9].map((x, latent) => ({ latent, x, y: x, active: true }));
const spec = rotationScatter(points, { width: 400, height: 300 });
const svg = await renderSvg(spec);

/** Width and height, from the header of a PNG. */
function size(png: Uint8Array): number[] {
  assertEquals([...png.slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

Deno.test("renderSvg() gives the same bytes again", async () => {
  await renderSvg(lineChart([{ x: 0, y: 1, series: "a" }], { title: "In between" }));
  assertEquals(await renderSvg(spec), svg);
});

Deno.test("renderSvg() throws what vega-lite only warns about", async () => {
  const { layer: _, ...rest } = spec;
  const encoding = { size: { field: "turned", type: "nominal" } };
  const doubtful = { ...rest, mark: "point", encoding } as unknown as typeof spec;
  await assertRejects(() => renderSvg(doubtful), Error, "size should not be used");
});

Deno.test("renderSvg() leaves no empty margin beside a long title", () => {
  const width = Number(/ width="(\d+)"/.exec(svg)?.[1]);
  const title = textWidth(
    "Cosine similarities between features in D & DF and M & MF crosscoders",
    20,
    advanceWidths(Deno.readFileSync(fontFiles()[1])),
  );
  assert(width > title && width < title + 130, `${width} pixels for a title of ${title}`);
});

Deno.test("renderPng() draws the text too", async () => {
  const png = await renderPng(svg);
  const silent = await renderPng(svg.replace(/(<text [^>]*>)[^<]*/g, "$1"));
  assertEquals(size(png), size(silent));
  // ink compresses badly: letters weigh far more than a changed pixel would
  assert(png.length > silent.length + 10_000, `${png.length} against ${silent.length} bytes`);
});

Deno.test("renderPng() scales", async () => {
  const [width, height] = size(await renderPng(svg, { scale: 1 }));
  assertEquals(size(await renderPng(svg, { scale: 2 })), [2 * width, 2 * height]);
});

Deno.test("advanceWidths() reads DejaVu Sans as its AFM file has it", () => {
  // DejaVuSans.afm 2.37, WX in thousandths: space 318, i 278, A 684, W 989, arrowright 838
  const advance = advanceWidths(Deno.readFileSync(fontFiles()[0]));
  const expected = { " ": 318, i: 278, A: 684, W: 989, "→": 838 };
  for (const [letter, thousandths] of Object.entries(expected)) {
    assertAlmostEquals(1000 * advance(letter.charCodeAt(0)), thousandths, 0.5, letter);
  }
  assertAlmostEquals(textWidth("A W", 1000, advance), 684 + 318 + 989, 1.5);
});

Deno.test("advanceWidths() refuses what is no font", () => {
  assertThrows(() => advanceWidths(new Uint8Array(64)), Error, 'expected a table "head"');
});

Deno.test("figureBundle() holds an interactive spec, a picture and words", async () => {
  const bundle = await figureBundle(spec);
  assertEquals(Object.keys(bundle), [
    "text/html",
    "application/vnd.vegalite.v5+json",
    "image/png",
    "text/plain",
  ]);
  const { $schema } = bundle["application/vnd.vegalite.v5+json"] as { $schema: string };
  assert($schema.endsWith("/v5.json"));
  const png = Uint8Array.from(atob(bundle["image/png"] as string), (byte) => byte.charCodeAt(0));
  assert(size(png)[0] > 400);
  assert((bundle["text/plain"] as string).startsWith("Cosine similarities"));
  assertEquals((await figureBundle(spec, { picture: "svg" }))["image/svg+xml"], svg);
});

Deno.test("saveFigure() leaves spec, SVG and PNG, and nothing of a spec that cannot be drawn", async () => {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-plot-" });
  try {
    await saveFigure(folder, "a-figure", spec);
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names(), ["a-figure.png", "a-figure.svg", "a-figure.vl.json"]);
    assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/a-figure.vl.json`)), spec);
    const broken = { ...spec, layer: [{ mark: "nothing" }] };
    await assertRejects(
      () => saveFigure(folder, "b-figure", broken),
      Error,
      "Cannot draw a figure",
    );
    assertEquals(names().length, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("renderPng() draws texts that XML cannot hold, as pictures of their characters", async () => {
  const codes = [0x00, 0x08, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f, 0x85, 0x202e, 0xd800, 0xfffe, 0xffff];
  const foreign = codes.map((code) => String.fromCharCode(code)).join("") + "\u2028\u{1fffe}";
  const shown = "␀␈␋␌␛␟␡⟨U+0085⟩⟨U+202E⟩⟨U+D800⟩⟨U+FFFE⟩⟨U+FFFF⟩⟨U+2028⟩⟨U+1FFFE⟩";
  const tokens = { S: `a${foreign}b`, [`T${foreign}`]: "c" };
  const scatter = await renderSvg(
    rotationScatter([{ latent: 0, x: 0.5, y: 0.5, active: true, tokens }], { title: foreign }),
  );
  assert(scatter.includes(`tokens S: a${shown}b`), "in a label");
  assert(scatter.includes(`>${shown}</text>`), "in the title");
  assert(size(await renderPng(scatter))[0] > 100);
  const segments = [{ name: `k${foreign}`, colour: "#123456" }];
  const bars = quadrantBars([{ quadrant: `q${foreign}`, counts: { [`k${foreign}`]: 3 } }], {
    segments,
  });
  const drawn = await renderSvg(bars);
  assert(
    drawn.includes(`quadrant: q${shown};`) && drawn.includes(">3 latents<"),
    "names that expressions hold",
  );
  assert(size(await renderPng(drawn))[0] > 100);
});

Deno.test("renderPng() says which drawn characters its font lacks", async () => {
  const noted = async (title: string) => {
    const notes: string[] = [];
    const svg = await renderSvg(rotationScatter(points, { title }));
    await renderPng(svg, { onNote: (note) => notes.push(note) });
    return notes;
  };
  assertEquals(await noted("é ж → ⏎ ␛ ⟨U+0085⟩ ‑ “ 𝔸 & <"), []);
  assertEquals(await noted("日本 語日 𠀀"), [
    "4 characters have no glyph in DejaVu Sans: 日 本 語 𠀀; they show as boxes",
  ]);
  const text = (await figureBundle(rotationScatter(points, { title: "語" })))["text/plain"];
  assertEquals(text, "語\n1 character has no glyph in DejaVu Sans: 語; it shows as a box");
});

Deno.test("glyphCoverage() knows the planes of DejaVu Sans", () => {
  const draws = glyphCoverage(Deno.readFileSync(fontFiles()[0]));
  // DejaVuSans.ttf 2.37 has U+1D538 (double-struck A) and U+1F600, no CJK
  const found = [0x41, 0x23ce, 0x2192, 0x27e8, 0x1d538, 0x1f600, 0x65e5, 0x20000].map(draws);
  assertEquals(found, [true, true, true, true, true, true, false, false]);
});
