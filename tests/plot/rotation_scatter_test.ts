import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { renderSvg } from "../../lib/plot/render.ts";
import { rotationScatter } from "../../lib/plot/rotation_scatter.ts";
import type { RotationPoint } from "../../lib/plot/rotation_scatter/point.ts";
import { labels, numbers, tags, texts } from "./svg.ts";

/** 41 active latents on a line from 0.2 to 1, so that percentile 5 is 0.24; and 4 dead ones. */
const POINTS: RotationPoint[] = Array.from({ length: 45 }, (_, i) => {
  const active = i < 41;
  const cosine = active ? 0.2 + 0.02 * i : 0;
  return { latent: i, x: cosine, y: cosine, active, relevant: i < 3 };
});
const SIZE = { width: 420, height: 210 };

Deno.test("rotationScatter() draws the active latents and no dead one", async () => {
  const svg = await renderSvg(rotationScatter(POINTS, SIZE));
  assertEquals(tags(svg, "path", 'aria-roledescription="point"').length, 41);
  const rings = tags(svg, "path", 'aria-roledescription="point"')
    .filter((tag) => tag.includes('stroke="#22252B"'));
  assertEquals(rings.length, 3);
});

Deno.test("rotationScatter() puts both rules at the percentiles of the active latents", async () => {
  const svg = await renderSvg(rotationScatter(POINTS, { ...SIZE, percentile: 5 }));
  const [vertical, horizontal] = tags(svg, "line", 'aria-roledescription="rule mark"').map(numbers);
  // axes end at 1.05; y counts from the top
  assertAlmostEquals(vertical.translate[0], 420 * 0.24 / 1.05, 1e-6);
  assertEquals([vertical.x2, Math.abs(vertical.y2)], [0, 210]);
  assertAlmostEquals(horizontal.translate[1], 210 * (1 - 0.24 / 1.05), 1e-6);
  assertEquals([Math.abs(horizontal.x2), horizontal.y2], [420, 0]);
  for (const label of ["percentile 5: x < 0.24", "percentile 5: y < 0.24"]) {
    assert(texts(svg).includes(label), label);
  }
});

Deno.test("rotationScatter() colours by the thresholds it is given", async () => {
  const points = [[0.1, 0.1], [0.1, 0.9], [0.9, 0.1], [0.9, 0.9], [0.5, 0.5]]
    .map(([x, y], latent) => ({ latent, x, y, active: true }));
  const svg = await renderSvg(rotationScatter(points, { thresholds: { x: 0.5, y: 0.5 } }));
  const drawn = tags(svg, "path", 'aria-roledescription="point"');
  assertEquals(texts(svg).filter((text) => text.includes("<")), ["x < 0.50", "y < 0.50"]);
  const colours = drawn.map((tag) => /fill="([^"]+)"/.exec(tag)?.[1]);
  // a cosine on the rule is not below it; the rare classes come last, on top
  assertEquals(colours, ["#8E8E99", "#8E8E99", "#0081A7", "#009B72", "#D66853"]);
});

Deno.test("rotationScatter() keeps 0 to 1.05 and reaches lower only on the axis that needs it", () => {
  const domains = (points: RotationPoint[]) => {
    const { layer } = rotationScatter(points) as unknown as {
      layer: { encoding: Record<"x" | "y", { scale: { domain: number[] } }> }[];
    };
    return [layer[0].encoding.x.scale.domain, layer[0].encoding.y.scale.domain];
  };
  assertEquals(domains(POINTS), [[0, 1.05], [0, 1.05]]);
  const lower = { latent: 99, x: -0.12, y: 0.5, active: true };
  assertEquals(domains([...POINTS, lower]), [[-0.2, 1.05], [0, 1.05]]);
});

Deno.test("rotationScatter() tells latent, cosines and each stage's tokens on hover", async () => {
  const tokens = { S: "a [story] of", DF: " |DEP[LOY]MENT" };
  const point = { latent: 7, x: 0.25, y: 0.75, active: true, tokens };
  const [label] = labels(await renderSvg(rotationScatter([point])), "point");
  const told = ["latent: 7", "x: 0.250", "y: 0.750", "tokens S: a [story] of"];
  for (const text of [...told, "tokens DF:  |DEP[LOY]MENT"]) assertStringIncludes(label, text);
});

Deno.test("rotationScatter() refuses NaN and a figure without points", () => {
  const dead = POINTS.map((point) => ({ ...point, active: false }));
  assertThrows(() => rotationScatter(dead), Error, "expected active latents but found none");
  const bad = [{ latent: 3, x: NaN, y: 1, active: true }];
  assertThrows(() => rotationScatter(bad), Error, "found (NaN, 1) at latent 3");
});

Deno.test("rotationScatter() draws a box from where the axes begin to its thresholds", async () => {
  const options = {
    ...SIZE,
    thresholds: { x: 0.7, y: 0.7 },
    box: true,
    lowest: { x: -0.12, y: 0 },
  };
  const spec = rotationScatter(POINTS, options);
  const { layer } = spec as unknown as {
    layer: { encoding: Record<"x" | "y", { scale: { domain: number[] } }> }[];
  };
  assertEquals(layer[0].encoding.x.scale.domain, [-0.2, 1.05]); // lower than any point
  assertEquals(layer[0].encoding.y.scale.domain, [0, 1.05]);
  const svg = await renderSvg(spec);
  const [right, upper] = tags(svg, "line", 'aria-roledescription="rule mark"').map(numbers);
  assertAlmostEquals(right.translate[0], 420 * 0.9 / 1.25, 1e-6);
  assertAlmostEquals(Math.abs(right.y2), 210 * 0.7 / 1.05, 1e-6);
  assertAlmostEquals(Math.abs(upper.x2), 420 * 0.9 / 1.25, 1e-6);
  assert(texts(svg).includes("both &lt; 0.70") || texts(svg).includes("both < 0.70"));
});
