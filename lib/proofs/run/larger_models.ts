/**
 * Models larger than the published ones: certificates of a few theorems, with their size, and the
 * accuracy by draws. Runs in a worker: plain data in and out.
 * @module
 */
import { certify } from "../certify.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import { makeProver } from "../prove.ts";
import { sampleAccuracy } from "../sampling/sample.ts";
import type { Grid } from "../theorem.ts";
import type { LargerResult } from "./results.ts";
import { SETS } from "./sampled.ts";

/** A model, and from how many draws of N5's sets its accuracy is estimated. */
export type LargerMeasureTask = { larger: MaxOfKModel; draws: number };

/** What is measured of one model. */
export type LargerMeasured = Pick<LargerResult, "accuracy" | "rows">;

/** From more tokens on, N4 takes minutes of a model: it is the length that gives out first. */
const MOST_TOKENS_OF_N4 = 64;

/** The theorems that are certified. */
function plannedFor(v: number): ({ strategy: string } & Partial<Grid>)[] {
  return [
    { strategy: "cubic" },
    ...(v <= MOST_TOKENS_OF_N4 ? [{ strategy: "N4", G: 64 }] : []),
    { strategy: "N5", G: 32, gMax: 4 },
    { strategy: "N5", ...SETS },
  ];
}

/** Certifies by every planned theorem. */
export function measureLargerModel({ larger: model, draws }: LargerMeasureTask): LargerMeasured {
  const prover = makeProver(model);
  const rows = plannedFor(model.config.d_vocab).map(({ strategy, ...grid }) => {
    const { result, certificate } = certify(prover, strategy, grid);
    const { certified, bound, atMost, sequences, flops, unexplainedDimension } = result;
    return {
      ...{ strategy, ...grid, certified: `${certified}`, bound, flops },
      ...(atMost === undefined ? {} : { atMost: Number(atMost) / Number(sequences) }),
      unexplained: unexplainedDimension,
      bytes: certificate.length,
    };
  });
  const { estimate, standardError } = sampleAccuracy(prover, "sampled/N5", { draws, ...SETS });
  return { accuracy: { value: estimate, standardError }, rows };
}
