/** Which latents of a dictionary stop the backdoor together, in which order, and by which edit. @module */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type {
  DictionarySets,
  DictionaryTruth,
  EditPoint,
  SetPoint,
} from "../../stored/causal_results.ts";
import type { CausalSettings } from "../../settings/causal.ts";
import { causalOrders, type OrderSources, setsOf } from "../../causal/orders.ts";
import type { RemovalOptions } from "../../causal/edits/removal.ts";
import { effectsOfGroups } from "../../causal/effects.ts";
import { greedySet, type GreedyStep } from "../../causal/greedy.ts";
import type { Asked } from "../../causal/question/asked.ts";
import { SIZES } from "../../causal/rules.ts";
import { latentList } from "./dictionary_truth.ts";
import type { Judge } from "../../causal/judge/judge.ts";

/** What sets are made of and judged by; `selection`: prompts that the judge has not. */
export type SetSources = {
  coder: Crosscoder;
  judge: Judge;
  selection: Asked;
  truth: DictionaryTruth;
  rows: OrderSources["rows"];
  fired: readonly number[];
};

/** Latents of the longest greedy order; more are no set that anybody would look at. */
const MOST = 10;

/** Latents of the winning set, which edits and random vectors are tried on. */
const WINNING = 2;

/** Draws of random latents: each is a whole curve. */
const RANDOM_CURVES = 2;

/** Number of the first random vectors in a set's place: what single latents draw comes before it. */
const FIRST_DRAW = 1000;

/** Ways of removing beside the main one, at all sites. */
const WAYS: Record<string, RemovalOptions> = {
  "naive": { removal: "naive" },
  "freeze": { removal: "freeze" },
  "minimal, raw": { removal: { minimal: {} } },
  "minimal to 0, raw": { removal: { minimal: { target: 0 } } },
  "minimal, scaled": { removal: { minimal: { unit: "scaled" } } },
};

/** Chooses, and judges what is chosen beside what is not. */
export async function dictionarySets(
  sources: SetSources,
  { settings, seed }: { settings: CausalSettings; seed: number },
): Promise<DictionarySets> {
  checkSelection(sources);
  const chosen = await choose(sources, settings);
  const greedy = chosen.map(({ latent }) => latent), winning = greedy.slice(0, WINNING);
  return {
    chosen,
    curve: [
      ...await orderedPoints(sources, greedy, {
        seed,
        draws: Math.min(RANDOM_CURVES, settings.draws),
      }),
      ...await randomVectors(sources, winning, { seed, draws: settings.draws }),
    ],
    edits: winning.length > 0 ? await editPoints(sources, winning, { seed }) : [],
  };
}

/** Sets look better than they are on the prompts that they were chosen by. */
function checkSelection({ selection, judge }: SetSources): void {
  const judged = new Set(judge.asked.backdoor.triggered);
  const shared = selection.backdoor.triggered.filter((prompt) => judged.has(prompt)).length;
  if (shared === 0) return;
  throw new RangeError(
    `Cannot choose sets of latents: expected prompts that nothing is judged on but found ${shared} of the judge's ` +
      `${judged.size}: choose on others`,
  );
}

/** Candidates are the latents whose own removal lowers KL most, and log-odds. */
async function choose(
  { coder, selection, truth: { latents } }: SetSources,
  { candidates }: CausalSettings,
): Promise<GreedyStep[]> {
  const list = latentList(coder);
  const best = (of: "KL" | "logOdds", n: number) =>
    [...latents.keys()].filter((i) => latents[i][of] < 0)
      .sort((a, b) => latents[a][of] - latents[b][of] || a - b).slice(0, n);
  const union = new Set([
    ...best("KL", candidates),
    ...best("logOdds", Math.ceil(candidates / 2)),
  ]);
  return await greedySet([...union], {
    most: MOST,
    effects: (groups) => effectsOfGroups(selection, list, { groups }),
  });
}

async function orderedPoints(
  { coder, judge, truth, rows, fired }: SetSources,
  greedy: readonly number[],
  options: { seed: number; draws: number },
): Promise<SetPoint[]> {
  const orders = causalOrders({ rows, truth: truth.latents, fired, greedy }, options);
  const points = orders.flatMap((order) =>
    setsOf(order, SIZES).map((set) => ({
      order: order.name,
      ...(order.draw !== undefined && { draw: order.draw }),
      ...set,
    }))
  );
  const sets = new Map(points.map(({ latents }) => [keyOf(latents), latents])); // orders may agree
  const judged = await judge.judge(latentList(coder), [...sets.values()]);
  const found = new Map([...sets.keys()].map((key, n) => [key, judged[n]]));
  return points.map((point) => ({ ...point, judged: found.get(keyOf(point.latents))! }));
}

/** The same for a set in any order. */
function keyOf(latents: readonly number[]): string {
  return latents.toSorted((a, b) => a - b).join();
}

/**
 * The winning set with random decoder vectors in place of its own, where its latents fire: each latent's
 * rows turned together, so that norms and the cosines between sites stay.
 */
async function randomVectors(
  { coder, judge }: SetSources,
  winning: number[],
  { seed, draws }: { seed: number; draws: number },
): Promise<SetPoint[]> {
  const points: SetPoint[] = [];
  for (let draw = 0; winning.length > 0 && draw < draws; draw++) {
    const [judged] = await judge.judge(latentList(coder), [winning], {
      random: { seed, draw: FIRST_DRAW + draw, keep: "norms and angles" },
    });
    const size = winning.length;
    points.push({ order: "random vectors", size, draw, latents: winning, judged });
  }
  return points;
}

/**
 * The first latent alone, and the winning set by every way of removing; beside each way but the main
 * one, whose draws are many, random vectors like the set's removed by it. What one site alone and random
 * vectors leave is told by its first tokens.
 */
async function editPoints(
  { coder, judge }: SetSources,
  winning: number[],
  { seed }: { seed: number },
): Promise<EditPoint[]> {
  const list = latentList(coder), points: EditPoint[] = [];
  const ablated = [...(winning.length > 1 ? [winning.slice(0, 1)] : []), winning];
  const whole = await judge.judgeWhole(list, ablated);
  ablated.forEach((latents, n) => points.push({ edit: "ablate", latents, judged: whole[n] }));
  for (const site of coder.config.sites.keys()) {
    const [judged] = await judge.judge(list, [winning], { removal: { site } });
    points.push({ edit: `site ${site} only`, latents: winning, judged });
  }
  for (const [edit, options] of Object.entries(WAYS)) {
    const [judged] = await judge.judgeWhole(list, [winning], options);
    points.push({ edit, latents: winning, judged });
    const [floor] = await judge.judge(list, [winning], {
      ...options,
      random: { seed, draw: FIRST_DRAW, keep: "norms and angles" },
    });
    points.push({ edit: `${edit}, random vectors`, latents: winning, judged: floor });
  }
  return points;
}
