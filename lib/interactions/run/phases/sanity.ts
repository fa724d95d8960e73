/**
 * Phase `sanity`: what the choices behind the metrics do to them, block by block: the error node among
 * the players, magnitudes against their means, layer norm frozen against computed anew.
 * @module
 */
import { having, list, number, whole } from "../../../io/form.ts";
import { spearman } from "../../../numerics/rank_correlation.ts";
import { type Random, stream } from "../../../numerics/random.ts";
import { upload } from "../../../tensor/tensor.ts";
import { norm } from "../../formulas/vectors.ts";
import { pairInstances } from "../../pairs/instances.ts";
import { neuronScores } from "../../pairs/neuron_scores.ts";
import { pairScores } from "../../pairs/pair_scores.ts";
import { binarised } from "../../planted/binarised.ts";
import { type ErrorNode, errorNode } from "../../planted/error_node.ts";
import { frozenNorm } from "../../planted/frozen_norm.ts";
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";
import { mlpOf, mlpSites } from "../../players/mlp.ts";
import { makePlayers } from "../../players/players.ts";
import { plainMlp, rowOf } from "../../proof/plain_mlp.ts";
import { type ReadText, readWhole } from "../../proof/read_text.ts";
import { mlpStep } from "../../proof/transition.ts";
import { reconstruction } from "../../ranking/reconstruction.ts";
import { pairStatistics } from "../../ranking/statistics.ts";
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { Mlp } from "../../players/mlp.ts";
import type { Phase, PhaseWork } from "../phase.ts";

/**
 * `binarised`: Spearman of the pairs' removal scores (S_co) with magnitudes and with means, and the
 * mean residual with means over that with magnitudes. `frozen`: over sampled pairs at tokens, Spearman
 * of ‖v_ij‖ with layer norm frozen and computed anew, and the difference as a share of the latter.
 */
export type SanityBlock = {
  layer: number;
  error: ErrorNode;
  binarised: { pairs: number; spearman: number; residual: number };
};

/** The same of the dictionary of all sites, whose latents are taken out of the stream. */
export type FrozenBlock = { layer: number; sampled: number; spearman: number; difference: number };

/** What the phase leaves. */
export type Sanity = { blocks: SanityBlock[]; frozen: FrozenBlock[] };

const share = number({ least: 0, most: 1 }), rank = number({ least: -1, most: 1 });

/** The checks of one run, of ft1 on held-out text. */
export const sanity: Phase<Sanity> = {
  name: "sanity",
  title: "error node, magnitudes, layer norm",
  format: 1,
  needs: [],
  models: ["ft1"],
  coders: ["mlp", "all"],
  settings: ({ sanity }) => sanity,
  form: having({
    blocks: list(having({
      layer: whole(0),
      error: having({ share, dominates: share }),
      binarised: having({ pairs: whole(0), spearman: rank, residual: number({ least: 0 }) }),
    })),
    frozen: list(having({
      layer: whole(0),
      sampled: whole(1),
      spearman: rank,
      difference: number({ least: 0 }),
    })),
  }),
  async make(work) {
    return { blocks: await blocks(work), frozen: await frozen(work) };
  },
};

/** Pairs that meet less often are left out: their mean is one token's. */
const LEAST = 4;

async function blocks({ sources, settings }: PhaseWork): Promise<SanityBlock[]> {
  const { gpu } = sources, model = await sources.model("ft1"), coder = await sources.coder("mlp");
  const text = sources.text("heldOut", settings.sanity.sequences);
  const places = mlpSites(model, coder);
  const { active, x } = await readWhole({ model, coder, text }, places.map(({ site }) => site));
  const means = binarised(active), found: SanityBlock[] = [];
  for (const { layer, site } of places) {
    const mlp = await mlpOf(model, layer), plain = plainMlp({ mlp, coder, site });
    const xhat = reconstruction(active, coder, site).data;
    const of = { mlp, coder, site };
    const [real, mean] = [await removal(of, active), await removal(of, means)];
    const often = [...real.count.keys()].filter((p) => real.count[p] >= LEAST);
    const scores = [real, mean].map(({ S_co }) => often.map((p) => S_co[p]));
    found.push({
      layer,
      error: errorNode({ plain, mlp, active }, { x: x.get(site)!, xhat }),
      binarised: {
        pairs: often.length,
        spearman: spearman(scores[0], scores[1]),
        residual: mean.residual / real.residual,
      },
    });
  }
  return found;

  async function removal(
    of: { mlp: Mlp; coder: Crosscoder; site: number },
    latents: ActiveLatents,
  ) {
    using xhat = upload(gpu, reconstruction(latents, of.coder, of.site));
    const part = { active: latents, x: of.coder.config.sites.map(() => xhat) };
    using players = makePlayers(gpu, { ...of, part });
    const instances = pairInstances(latents), { tokens } = latents;
    const { removal } = await pairScores(players, instances, { metrics: ["removal"] });
    const { R } = await neuronScores(players), width = R.length / tokens;
    let residual = 0;
    for (let t = 0; t < tokens; t++) residual += norm(rowOf(R, t, width)) / tokens;
    return { ...pairStatistics(removal, instances, { tokens }), residual };
  }
}

async function frozen({ sources, settings }: PhaseWork): Promise<FrozenBlock[]> {
  const model = await sources.model("ft1"), coder = await sources.coder("all");
  const text = sources.text("heldOut", settings.sanity.sequences);
  const layers = mlpSites(model, coder).flatMap(({ layer }) => {
    const step = mlpStep(coder, layer);
    return step === undefined ? [] : [{ layer, mid: step.mid }];
  });
  const read = await readWhole({ model, coder, text }, layers.map(({ mid }) => mid));
  const found = [];
  for (const { layer, mid } of layers) {
    const random = stream(sources.seed, "sanity").stream(`layer norm ${layer}`);
    const mlp = await mlpOf(model, layer);
    found.push({
      layer,
      ...frozenBlock({ mlp, coder, mid }, read, { ...settings.sanity, random }),
    });
  }
  return found;
}

function frozenBlock(
  { mlp, coder, mid }: { mlp: Mlp; coder: Crosscoder; mid: number },
  { active: { tokens, start, latent, act }, x }: ReadText,
  { sampled, random }: { sampled: number; random: Random },
): Omit<FrozenBlock, "layer"> {
  const { sites, d_in } = coder.config, pairs = [];
  while (pairs.length < sampled) {
    const t = random.int(tokens), n = start[t + 1] - start[t];
    if (n < 2) continue;
    const [u, v] = [...random.permutation(n).subarray(0, 2)].map((place) => {
      const entry = start[t] + place;
      const row = rowOf(coder.arrays.W_dec.data, latent[entry] * sites.length + mid, d_in);
      return row.map((value) => value * act[entry]);
    });
    pairs.push(frozenNorm(mlp, { x: rowOf(x.get(mid)!, t, d_in), u, v }));
  }
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    sampled,
    spearman: spearman(pairs.map((p) => p.frozen), pairs.map((p) => p.recomputed)),
    difference: sum(pairs.map((p) => p.difference)) / sum(pairs.map((p) => p.recomputed)),
  };
}
