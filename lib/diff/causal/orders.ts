/**
 * In which order would each way of looking take latents away? What a list is worth is what removing its
 * first ones does.
 *
 * @module
 */
import { stream } from "../../numerics/random.ts";
import type { TurningRow } from "../stages/table.ts";
import type { LatentTruth } from "../stored/causal_results.ts";
import type { OrderName } from "./order_names.ts";

/** Latents in an order; `draw` tells several random ones apart. */
export type Order = { name: OrderName; draw?: number; latents: number[] };

/**
 * What an order is made of: a row a latent, the `truth` of each [d_sae]; `fired` [d_sae]: tokens on which
 * a latent fires.
 */
export type OrderSources = {
  rows: readonly Pick<TurningRow, "latent" | "x" | "y" | "active" | "relevant">[];
  truth: readonly Pick<LatentTruth, "KL">[];
  fired: readonly number[];
  greedy: readonly number[];
};

/**
 * All orders of a dictionary:
 *
 *   truth            the KL divergence of single removals, what lowers it most first
 *   greedy           as chosen
 *   rotation         max(x, y) of active latents, what turned most first
 *   label            those of the backdoor by the substring rule, what fires most first
 *   random latents   active ones, `draws` times
 */
export function causalOrders(
  { rows, truth, fired, greedy }: OrderSources,
  { seed, draws }: { seed: number; draws: number },
): Order[] {
  const active = rows.filter(({ active }) => active);
  const by = (chosen: typeof active, score: (row: typeof active[number]) => number) =>
    chosen.map((row) => ({ latent: row.latent, score: score(row) }))
      .sort((a, b) => a.score - b.score || a.latent - b.latent)
      .map(({ latent }) => latent);
  const random = stream(seed, "causal random latents");
  return [
    {
      name: "truth",
      latents: by(active, ({ latent }) => truth[latent].KL),
    },
    { name: "greedy", latents: [...greedy] },
    { name: "rotation", latents: by(active, ({ x, y }) => Math.max(x, y)) },
    {
      name: "label",
      latents: by(active.filter(({ relevant }) => relevant), ({ latent }) => -fired[latent]),
    },
    ...Array.from({ length: draws }, (_, draw): Order => ({
      name: "random latents",
      draw,
      latents: random.shuffle(active.map(({ latent }) => latent)),
    })),
  ];
}

/** The first latents of an order for each size; sizes beyond its end are left out. */
export function setsOf(
  { latents }: Order,
  sizes: readonly number[],
): { size: number; latents: number[] }[] {
  return sizes.filter((size) => size <= latents.length)
    .map((size) => ({ size, latents: latents.slice(0, size) }));
}
