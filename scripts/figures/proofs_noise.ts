/**
 * proofs-noise (P8): is what is left of the attention scores larger than noise of the same size would be?
 *
 *   deno task figures proofs-noise
 *
 * The largest row range of Eq'' W_Q'' W_K''^T Ebar''^T of the first model of each population, against 100 products of
 * the same factors with shuffled entries and 100 with normal entries of equal mean and deviation.
 *
 * @module
 */
import { type Histogram, histograms } from "../../lib/plot/histogram.ts";
import { noiseTest } from "../../lib/proofs/run/residual.ts";
import {
  byFamily,
  familyTitle,
  readProofs,
  readProofsModel,
} from "../../lib/proofs/run/results.ts";
import type { Line } from "../report/lines.ts";
import { noiseLines } from "../report/proofs_story_lines.ts";
import type { FigureResult } from "./finish.ts";
import { finishProofs } from "./proofs_common.ts";

const ID = "proofs-noise";
const TITLE = "The residual of the attention scores against noise";

/** Draws the tests of one model of each population. */
export async function draw(folder: string): Promise<FigureResult> {
  const run = await readProofs(folder);
  const parts: Histogram[] = [], lines: Line[] = [];
  for (const { family, models } of byFamily(run)) {
    if (models.length === 0) continue;
    const { id } = models[0];
    const test = noiseTest(await readProofsModel(folder, id), run);
    parts.push({
      title: `${familyTitle(family)}, ${id}`,
      xTitle: "largest row range",
      series: [
        { name: "shuffled entries", values: test.shuffled },
        { name: "normal entries", values: test.normal },
      ],
      rules: [{ x: test.range, label: "the model" }],
      bins: 30,
    });
    const compare = family.K === 5 && family.v === 64;
    lines.push(...noiseLines(`${familyTitle(family)}, ${id}`, test, { compare }));
  }
  const spec = histograms(parts, {
    title: TITLE,
    subtitle: [
      "Largest row range of the peeled product (dashed) beside 100 products of shuffled and of normal factors of the same size.",
    ],
  });
  return await finishProofs(run, { id: ID, title: TITLE, spec, lines });
}
