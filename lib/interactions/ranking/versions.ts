/**
 * A dictionary beside versions of it that mean nothing, on one text: how much interaction there is,
 * and how concentrated over pairs.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Random } from "../../numerics/random.ts";
import { readTensors } from "../../tensor/read.ts";
import { concentration } from "../attention/concentration.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import { type ExcessShares, excessShares, pooledExcess } from "./excess_shares.ts";
import { nullCrosscoder, NULLS } from "./nulls.ts";
import { rankText } from "./rank_text.ts";
import { scoreText } from "./score_text.ts";
import { topOf } from "./top.ts";

/**
 * `model`: the model's own activations, their error node beside bias inside c. All others are
 * reconstructions: of the dictionary itself, and of the nulls.
 */
export const VERSIONS = ["model", "dictionary", ...NULLS] as const;
/** A version of the score of a pair. */
export type Version = typeof VERSIONS[number];

/** Of S_mean: `needed` of the pairs hold 80 %; `first`: what the strongest hundredth holds. */
export type Curve = { needed: number; first: number; held: number[] };

/** One version at one block. */
export type VersionBlock = { version: Version; layer: number; excess: ExcessShares; curve: Curve };

/** The text that versions are compared on. */
export type VersionOptions = {
  text: readonly Uint32Array[];
  random: Random;
  /** Excess is measured at every so many-th token. */
  every: number;
};

/** Every version at every block, and the curve of co-activation counts alone. */
export async function versionsOf(
  model: LanguageModel,
  coder: Crosscoder,
  { text, random, every }: VersionOptions,
): Promise<{ blocks: VersionBlock[]; counts: Curve }> {
  const rows = await activationRows(model, coder, text);
  const blocks: VersionBlock[] = [];
  let counts: Curve | undefined;
  for (const version of VERSIONS) {
    const excess = new Map<number, ExcessShares[]>();
    const scored = await scoreText(model, coder, {
      text,
      metrics: ["removal"],
      decoder: decoderOf(version, coder, { random: random.stream(version), rows }),
      async look(players, { layer, mlp: { W_out } }) {
        const found = await excessShares(players, { W_out, every });
        excess.set(layer, [...excess.get(layer) ?? [], found]);
      },
    });
    for (const { layer, statistics: { S_mean, count } } of rankText(scored, "removal").blocks) {
      const curve = curveOf(S_mean);
      blocks.push({ version, layer, excess: pooledExcess(excess.get(layer)!), curve });
      counts ??= curveOf(count);
    }
  }
  return { blocks, counts: counts! };
}

function decoderOf(
  version: Version,
  coder: Crosscoder,
  given: { random: Random; rows: Float32Array[] },
): Crosscoder | undefined {
  if (version === "model") return undefined;
  return version === "dictionary" ? coder : nullCrosscoder(coder, { kind: version, ...given });
}

/** Points of a curve: its first one beside the start is the strongest hundredth. */
const POINTS = 100;

/** Concentration of values of pairs that met. */
export function curveOf(values: ArrayLike<number>): Curve {
  const met = new Uint8Array(values.length).fill(1);
  const { needed, held } = concentration(values, met, { points: POINTS });
  return { needed, first: held[1], held };
}

/** The curve of those pairs alone that meet `least` times. */
export function curveAmong(values: ArrayLike<number>, count: Uint32Array, least: number): Curve {
  const chosen = topOf(values, values.length, (p) => count[p] >= least);
  return curveOf(chosen.map((p) => values[p]));
}

/** Raw activations at all sites, [n_sites · d_in] each, of some hundred tokens. */
async function activationRows(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly Uint32Array[],
): Promise<Float32Array[]> {
  const { d_in, sites } = coder.config;
  for await (const { x, active: { tokens } } of textParts(model, coder, text, { sequences: 8 })) {
    const read = await readTensors(x);
    return Array.from({ length: tokens }, (_, t) => {
      const row = new Float32Array(sites.length * d_in);
      read.forEach((values, site) =>
        row.set(values.subarray(t * d_in, (t + 1) * d_in), site * d_in)
      );
      return row;
    });
  }
  throw new RangeError("Cannot read activations: expected sequences but found none: pass a text");
}
