/**
 * Cards of pairs: where each latent and both are strongest in a text, the four points at the
 * strongest token of both, and the sign of what they do together.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { exactly, expectForm, whole } from "../../io/form.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { readTensors } from "../../tensor/read.ts";
import { type PairInstances, pairInstances, type PairList } from "../pairs/instances.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { type Block, blocksOf } from "../players/blocks.ts";
import { makePlayers, type Players } from "../players/players.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import { type PairPoints, pairPoints } from "./pair_points.ts";
import { type PairSign, pairSign, type PairToken } from "./signs.ts";
import { keepStrongest, type Ranked } from "./strongest.ts";

/** Tokens by their numbers in the text, strongest first. */
export type Places = Ranked<number>[];

/**
 * `alone`: where latent i fires without j, and j without i, by activation; `together`: by ‖v_ij‖ at
 * the pair's block. `points` are of the first of these.
 */
export type PairEvidence = PairSign & {
  alone: { i: Places; j: Places };
  together: Places;
  points: PairPoints;
};

/** What the evidence of a card is taken from. */
export type EvidenceOptions = {
  text: readonly Uint32Array[];
  /** Places of each kind. */
  places: number;
  /** Tokens that the sign is told from. */
  tokens: number;
};

const SIZES = { places: whole(1), tokens: whole(1) };

/**
 * Evidence on pairs, each at the block `layers` names for it: [pairs]. Throws where a pair never meets
 * in the text, and unless there is to be one place and one token at least.
 */
export async function pairEvidence(
  model: LanguageModel,
  coder: Crosscoder,
  { pairs, layers, text, places, tokens }: EvidenceOptions & {
    pairs: PairList;
    layers: readonly number[];
  },
): Promise<PairEvidence[]> {
  expectForm("find evidence on pairs", { places, tokens }, exactly(SIZES));
  const blocks = (await blocksOf(model, coder)).filter(({ layer }) => layers.includes(layer));
  const found = Array.from(pairs.i, () => ({
    i: [] as Places,
    j: [] as Places,
    together: [] as Ranked<{ token: number; at: PairToken }>[],
    sample: [] as PairToken[],
  }));
  for await (const part of textParts(model, coder, text)) {
    const { active, first } = part;
    found.forEach(({ i, j }, p) => {
      findAlone(active, { of: pairs.i[p], without: pairs.j[p], first, places }, i);
      findAlone(active, { of: pairs.j[p], without: pairs.i[p], first, places }, j);
    });
    const met = pairInstances(active, { only: pairs });
    for (const { layer, site, mlp } of blocks) {
      using players = makePlayers(model.gpu, { mlp, coder, site, part });
      const { removal } = await pairScores(players, met, { metrics: ["removal"] });
      const read = await contributions(players, met);
      met.pair.forEach((p, at) => {
        if (layers[p] !== layer) return;
        const { together, sample } = found[p];
        const enough = together.length === places && together[places - 1].value >= removal[at];
        if (enough && sample.length === tokens) return;
        const token = read(at);
        if (sample.length < tokens) sample.push(token);
        const item = { token: first + met.token[at], at: token };
        keepStrongest(together, places, removal[at], item);
      });
    }
  }
  return found.map(({ i, j, together, sample }, p) => {
    if (together.length === 0) {
      throw new RangeError(
        `Cannot find evidence on a pair: expected latents ${pairs.i[p]} and ${
          pairs.j[p]
        } to meet at a ` +
          `block of ${layers[p]} but found no token of both: take a longer text, or another pair`,
      );
    }
    const { mlp } = blocks.find(({ layer }) => layer === layers[p]) as Block;
    return {
      ...pairSign(mlp, sample),
      alone: { i, j },
      together: together.map(({ value, item }) => ({ value, item: item.token })),
      points: pairPoints(mlp, together[0].item.at),
    };
  });
}

/** Where one latent fires and the other does not. */
function findAlone(
  { tokens, start, latent, act }: ActiveLatents,
  { of, without, first, places }: Record<"of" | "without" | "first" | "places", number>,
  into: Places,
): void {
  for (let t = 0; t < tokens; t++) {
    let own = 0, other = false;
    for (let e = start[t]; e < start[t + 1]; e++) {
      if (latent[e] === of) own = act[e];
      else if (latent[e] === without) other = true;
    }
    if (own > 0 && !other) keepStrongest(into, places, own, first + t);
  }
}

/** What both latents of an instance tell the neurons; the device is read once. */
async function contributions(
  { w, z, d_mlp, active: { act } }: Players,
  { first, second, token, pairs: { i, j }, pair }: PairInstances,
): Promise<(at: number) => PairToken> {
  const [told, pre] = await readTensors([w, z]);
  const row = (values: Float32Array, at: number) => values.subarray(at * d_mlp, (at + 1) * d_mlp);
  const scaled = (latent: number, by: number) =>
    Float64Array.from(row(told, latent), (x) => by * x);
  return (at) => ({
    a: scaled(i[pair[at]], act[first[at]]),
    b: scaled(j[pair[at]], act[second[at]]),
    z: row(pre, token[at]),
  });
}
