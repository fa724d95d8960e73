/** The matrices [instances, d_mlp] that scores of pairs are made of. @module */
import type { Random } from "../../numerics/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Players } from "../players/players.ts";
import {
  type DeviceRuns,
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
  /** D [to − from, d_mlp] of the instances `from` to `to`, whose `runs` they are. */
  into(
    part: Part,
    D: Tensor,
    piece: { instances: Entries; runs: DeviceRuns; range: { from: number; to: number } },
  ): void;
  [Symbol.dispose](): void;
};

/**
 * What the parts need of every token is computed once; orders of the Shapley-Taylor index are drawn
 * here.
 */
export function partMaker(
  players: Players,
  parts: readonly Part[],
  { random, permutations }: { random?: Random; permutations: number },
): PartMaker {
  using owned = new DisposableStack();
  const sources = new Map<Part, Differences>();
  for (const part of parts) {
    if (part === "shapley_taylor" || sources.has(part)) continue;
    sources.set(part, differences(players, part, (tensor) => owned.use(tensor)));
  }
  const orders: Order[] = [];
  if (parts.includes("shapley_taylor") && players.entries > 0) {
    for (let n = 0; n < permutations; n++) {
      orders.push(owned.use(uploadOrder(players, places(players, random!))));
    }
  }
  const kept = owned.move();
  return {
    into(part, D, { instances, runs, range }) {
      const source = sources.get(part);
      if (source !== undefined) return differencesInto(D, { players, runs }, source);
      for (const [n, order] of orders.entries()) {
        using own = uploadRuns(players, runsOf(instances, { ...range, place: order.place }));
        const scale = 1 / orders.length;
        shapleyTaylorInto(D, { players, runs: own, order }, { scale, accumulate: n > 0 });
      }
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
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
      return { mode: part, dominant: own(dominantEntries(players)) };
    case "least":
      return { mode: part, rest: own(reaches(players)) };
  }
}

/** A random order of the entries of every token: each entry's place in it. */
function places({ active: { start, tokens }, entries }: Players, random: Random): Uint32Array {
  const place = new Uint32Array(entries);
  for (let t = 0; t < tokens; t++) {
    const n = start[t + 1] - start[t];
    random.permutation(n).forEach((entry, at) => place[start[t] + entry] = start[t] + at);
  }
  return place;
}
