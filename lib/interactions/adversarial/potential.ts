/**
 * What pairs could do together and what each could do alone, from weights and mean activations, over
 * all MLP inputs of a dictionary: insertion at a made-up token that holds bias, b_dec and the two
 * latents at their means, and nothing else.
 *
 *   potential = √Σ_blocks ‖Σ_k I(a_ik, a_jk; c_k) w_out,k‖²      product = √Σ_blocks ‖m_i‖ ‖m_j‖
 *
 * with a_ik = mu_i ⟨w_in,k, d_i⟩, c_k from bias and b_dec. Derived here.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { upload } from "../../tensor/tensor.ts";
import { pairInstances, type PairList } from "../pairs/instances.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import type { Mlp } from "../players/mlp.ts";
import { makePlayers } from "../players/players.ts";
import { reconstruction } from "../ranking/reconstruction.ts";

/** An MLP and the number of the crosscoder's site that it reads. */
export type SiteMlp = { mlp: Mlp; site: number };

/** [pairs] each. */
export type PairPotential = { potential: Float64Array; product: Float64Array };

/** Pairs that are measured at once. */
const AT_ONCE = 4096;

/**
 * Of a folded crosscoder; `mu` [d_sae]: what each latent is when active. Throws on a latent of a pair
 * whose mean is not above 0.
 */
export async function pairPotential(
  gpu: Gpu,
  { coder, mlps, mu }: { coder: Crosscoder; mlps: readonly SiteMlp[]; mu: ArrayLike<number> },
  pairs: PairList,
): Promise<PairPotential> {
  const count = pairs.i.length;
  const [potential, product] = [new Float64Array(count), new Float64Array(count)];
  for (let from = 0; from < count; from += AT_ONCE) {
    const active = madeUp(pairs, { mu, from, to: Math.min(from + AT_ONCE, count) });
    const instances = pairInstances(active);
    for (const { mlp, site } of mlps) {
      const x: ReturnType<typeof upload>[] = [];
      using own = upload(gpu, reconstruction(active, coder, site));
      x[site] = own;
      using players = makePlayers(gpu, { mlp, coder, site, part: { active, x } });
      const scores = await pairScores(players, instances, {
        metrics: ["insertion", "main_product_insertion"],
      });
      instances.token.forEach((token, at) => {
        potential[from + token] += scores.insertion[at] ** 2;
        product[from + token] += scores.main_product_insertion[at] ** 2;
      });
    }
  }
  return { potential: potential.map(Math.sqrt), product: product.map(Math.sqrt) };
}

/** One token a pair, at which its two latents are active and no others. */
function madeUp(
  { d_sae, i, j }: PairList,
  { mu, from, to }: { mu: ArrayLike<number>; from: number; to: number },
): ActiveLatents {
  const tokens = to - from;
  const latent = Uint32Array.from(
    { length: 2 * tokens },
    (_, e) => (e % 2 ? j : i)[from + (e >> 1)],
  );
  const silent = latent.find((one) => !(mu[one] > 0));
  if (silent !== undefined) {
    throw new RangeError(
      `Cannot tell what a pair could do: expected a mean activation above 0 but found ` +
        `${mu[silent]} of latent ${silent}: leave out pairs of latents that never fire`,
    );
  }
  return {
    tokens,
    d_sae,
    start: Uint32Array.from({ length: tokens + 1 }, (_, t) => 2 * t),
    latent,
    act: Float32Array.from(latent, (one) => mu[one]),
  };
}
