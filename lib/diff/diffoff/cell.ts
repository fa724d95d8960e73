/**
 * One cell of the diff-off: what one method lists for one pair of models, and what the list is worth
 * against causal truth.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { cleanCosts } from "../causal/effects.ts";
import { type CurvePoint, suppressionCurve } from "../causal/suppression_curve.ts";
import type { Asked } from "../causal/question/asked.ts";
import { readingOf } from "../causal/question/reading.ts";
import { type Floor, smallestK } from "../causal/rules.ts";
import { causalTruth } from "../causal/truth.ts";
import type { Direction } from "../causal/direction.ts";
import type { Cost, Found } from "../methods/method.ts";
import type { PairName } from "./pairs.ts";
import { FILTERS } from "./decision.ts";
import { closedBy, harmless, type Retrieval, retrieval } from "./list_score.ts";

/**
 * A list's curve once directions are left out that cost more than `most` alone; `most` null: none.
 * `closed`: the share of the KL gap that removing the first ten together closes.
 */
export type Filtered = {
  most: number | null;
  left: number;
  k: number | null;
  closed: number | null;
  curve: CurvePoint[];
};

/**
 * What a list is worth on one backdoor. `causal`, `necessary`: places of the list; directions that it
 * leaves out count among `positives` alone. `trigger`: of the trigger's tokens those at which a causal latent among the first ten fires; null for
 * vectors, which have no threshold. `floor`: what random directions of the same norm reach.
 */
export type ListTruth = Retrieval & {
  kind: "latent" | "vector";
  causal: number[];
  necessary: number[];
  floor: Floor;
  filters: Filtered[];
  trigger: number | null;
};

/** `latents`: in the list's order, where it is one of latents. Scores go with the list. */
export type ListedDirections = { latents?: number[]; scores: number[]; d_sae?: number };

export type CellTruths = Partial<Record<"A" | "B", ListTruth>>;

/** The part of a cell that is the same for the same inputs. */
export type Cell = {
  pair: PairName;
  method: string;
  seed: number;
  list: ListedDirections;
  cost: Cost;
  truths: CellTruths;
};

/** A list without what is not asked of it again. */
export function listed({ coder, directions, scores }: Found): ListedDirections {
  const latents = directions.flatMap((d) => d.kind === "latent" ? [d.latent] : []);
  return { ...(latents.length > 0 && { latents, d_sae: coder!.config.d_sae }), scores };
}

/** Effects one by one of all latents of a dictionary, or of all vectors of a list, and of its heads. */
export async function listTruth(
  asked: Asked,
  found: Found,
  { seed }: { seed: number },
): Promise<ListTruth> {
  const { directions } = found, list = { ...listOf(found), directions: withRest(found) };
  const { floor, ...verdicts } = await causalTruth(asked, list, { seed });
  const places = (of: boolean[]) => of.flatMap((yes, n) => yes && n < directions.length ? [n] : []);
  const groups = directions.map((_, n) => [n]);
  const clean = await cleanCosts(asked, { ...listOf(found), directions }, { groups });
  const filters: Filtered[] = [], gap = mean(asked.before.triggered.map(({ KL }) => KL));
  for (const most of FILTERS) {
    const kept = harmless(directions, clean, most), head = kept.slice(0, 20);
    const curve = head.length === 0
      ? []
      : await suppressionCurve(asked, { ...listOf(found), directions: head });
    filters.push({
      most: most === Infinity ? null : most,
      left: directions.length - kept.length,
      k: smallestK(curve),
      closed: closedBy(curve, { gap }),
      curve,
    });
  }
  const positives = verdicts.causal.filter(Boolean).length;
  const causal = places(verdicts.causal);
  return {
    kind: directions[0]?.kind ?? "vector",
    ...retrieval(verdicts.causal.slice(0, directions.length), positives),
    causal,
    necessary: places(verdicts.necessary),
    floor,
    filters,
    trigger: await triggerRecall(asked, found, causal.filter((place) => place < 10)),
  };
}

type ListParts = { coder?: Crosscoder; directions: readonly Direction[] };

function listOf(
  { directions: _, scores: _s, cost: _c, ...rest }: Found,
): Omit<ListParts, "directions"> {
  return rest;
}

/** The list, and behind it the latents of its dictionary that it leaves out. */
function withRest({ coder, directions }: Found): Direction[] {
  const latents = new Set(directions.flatMap((d) => d.kind === "latent" ? [d.latent] : []));
  if (latents.size === 0) return directions;
  const rest = Array.from({ length: coder!.config.d_sae }, (_, i) => i).filter((i) =>
    !latents.has(i)
  );
  return [...directions, ...rest.map((latent): Direction => ({ kind: "latent", latent }))];
}

async function triggerRecall(
  asked: Asked,
  { directions, ...found }: Found,
  places: readonly number[],
): Promise<number | null> {
  if (found.coder === undefined || directions[0]?.kind !== "latent") return null;
  const wanted = new Set(places.map((place) => (directions[place] as { latent: number }).latent));
  const { pos, active } = await readingOf(asked, { ...found, coder: found.coder }, "triggered");
  let seen = 0, all = 0;
  asked.spans.forEach(([from, to], prompt) => {
    for (let t = from; t < to; t++) {
      const token = prompt * pos + t;
      const here = active.latent.subarray(active.start[token], active.start[token + 1]);
      if (here.some((latent) => wanted.has(latent))) seen++;
      all++;
    }
  });
  return seen / all;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x / values.length, 0);
}
