/** The matrices [instances, d_mlp] that scores of pairs are made of. @module */
import type { Random } from "../../numerics/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Players } from "../players/players.ts";
import {
  type Differences,
  differencesInto,
  type Order,
  shapleyTaylorInto,
  uploadOrder,
  uploadRuns,
} from "./differences.ts";
import type { Part } from "./metrics.ts";
import { type Entries, runsOf } from "./runs.ts";
import { curvatures, dominantEntries, integratedCurvatures, reaches } from "./token_terms.ts";

/** Makes parts of pieces of the instances. Dispose of it when done. */
export type PartMaker = {
  /** D [rows of the piece, d_mlp]. */
  into(part: Part, D: Tensor, piece: number): void;
  [Symbol.dispose](): void;
};

/**
 * What the parts need of every token, and the runs of all pieces, are made once; `orders` are those of
 * the Shapley-Taylor index.
 */
export function partMaker(
  players: Players,
  { instances, pieces, parts }: {
    instances: Entries;
    pieces: readonly [from: number, to: number][];
    parts: readonly Part[];
  },
  orders: readonly Order[] = [],
): PartMaker {
  using owned = new DisposableStack();
  const sources = new Map<Part, Differences>();
  for (const part of parts) {
    if (part === "shapley_taylor" || sources.has(part)) continue;
    sources.set(part, differences(players, part, (tensor) => owned.use(tensor)));
  }
  const runsBy = (place?: Uint32Array) =>
    owned.use(uploadRuns(players, runsOf(instances, { pieces, place })));
  const runs = sources.size > 0 ? runsBy() : undefined;
  const sampled = parts.includes("shapley_taylor")
    ? orders.map((order) => ({ order, runs: runsBy(order.place) }))
    : [];
  const kept = owned.move();
  return {
    into(part, D, piece) {
      const source = sources.get(part);
      if (source !== undefined) return differencesInto(D, { players, runs: runs!, piece }, source);
      for (const [n, order] of sampled.entries()) {
        const scale = 1 / sampled.length;
        shapleyTaylorInto(D, { players, piece, ...order }, { scale, accumulate: n > 0 });
      }
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** Random orders of the active latents of every token. Dispose of them when done. */
export function drawOrders(
  players: Players,
  { random, permutations }: { random: Random; permutations: number },
): Order[] {
  return Array.from(
    { length: players.entries === 0 ? 0 : permutations },
    () => uploadOrder(players, places(players, random)),
  );
}

/** What the kernel is to compute for a part; `own` takes over what is made for it. */
function differences(
  players: Players,
  part: Exclude<Part, "shapley_taylor">,
  own: (tensor: Tensor) => Tensor,
): Differences {
  const { c, z } = players;
  switch (part) {
    case "insertion":
      return { mode: "mixed", rest: c };
    case "removal":
      return { mode: "mixed", rest: z, sign: -1 };
    case "integrated_hessian":
      return { mode: "product", rest: own(integratedCurvatures(players)) };
    case "plain_hessian":
      return { mode: "product", rest: own(curvatures(players)) };
    case "slope_i":
    case "slope_j":
    case "flips":
      return { mode: part, rest: z };
    case "dominant":
    case "dominant_i":
    case "dominant_j":
      return { mode: part, dominant: own(dominantEntries(players)) };
    case "least":
      return { mode: part, rest: own(reaches(players)) };
  }
}

/** A random order of the entries of every token: each entry's place in it. */
export function places(
  { active: { start, tokens }, entries }: Players,
  random: Random,
): Uint32Array {
  const place = new Uint32Array(entries);
  for (let t = 0; t < tokens; t++) {
    const n = start[t + 1] - start[t];
    random.permutation(n).forEach((entry, at) => place[start[t] + entry] = start[t] + at);
  }
  return place;
}
