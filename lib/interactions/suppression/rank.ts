/** Which latents, pairs and heads carry the trigger to the payload, by what cancelling each does. @module */
import type { PairContext } from "../formulas/mixed_difference.ts";
import { concatenated } from "../arrays.ts";
import type { Span } from "../../model/forced/span.ts";
import { edgeTerms } from "./edges.ts";
import { effectsOf } from "./one_at_a_time.ts";
import type { Selection } from "./texts.ts";
import { latentTerms, pairTerms, type Terms } from "./terms.ts";
import { latentTraits, pairsOfKeys, pairTraits, type Traits } from "./traits.ts";

/**
 * Items in the order of what cancelling each does: the change of the payload's log-odds, and of the
 * KL divergence from the answer without the trigger; the one that lowers it most comes first. `items`
 * are named as in ways.ts; `logOdds` and `KL` are orders of places in `items`, `effect` [items] the
 * changes of the log-odds.
 */
export type Ranked = {
  items: number[];
  effect: Float64Array;
  KL: number[];
  logOdds: number[];
};

/** Every latent that fires in a prompt; `traits` by place in `items`. */
export async function rankLatents(
  { text, ...given }: Selection,
): Promise<{ ranked: Ranked; traits: Traits }> {
  const { count, main } = await latentTraits(text);
  const items = [...count.keys()].filter((i) => count[i] > 0);
  const take = (values: Float64Array) => Float64Array.from(items, (i) => values[i]);
  const effects = await effectsOf(text, {
    ...given,
    items: items.length,
    termsOf: (part) => latentTerms(part, items),
  });
  return {
    ranked: { items, effect: effects.logOdds, ...orders(effects) },
    traits: { count: take(count), main: take(main) },
  };
}

/**
 * Every pair that meets in a prompt. The `candidates` pairs that would lower the log-odds most to
 * first order are cancelled for real and come first; all others follow by first order. `traits` by
 * place in `items`.
 */
export async function rankPairs(
  { text, ...given }: Selection,
  { candidates, context }: { candidates: number; context: PairContext },
): Promise<{ ranked: Ranked; traits: Traits }> {
  const { pairs: { i, j, d_sae }, first, ...traits } = await pairTraits(text, {
    before: given.before,
    context,
  });
  const items = Array.from(i, (a, n) => a * d_sae + j[n]);
  const byFirst = rising(first), tried = byFirst.slice(0, candidates).sort((a, b) => a - b);
  const only = pairsOfKeys(tried.map((n) => items[n]), d_sae);
  const effects = await effectsOf(text, {
    ...given,
    items: tried.length,
    termsOf: (part) => joinedTerms(pairTerms(part, { only, context })),
  });
  const rest = byFirst.slice(candidates);
  const { logOdds, KL } = orders(effects);
  const effect = first.slice();
  tried.forEach((n, at) => effect[n] = effects.logOdds[at]);
  const whole = (order: number[]) => [...order.map((at) => tried[at]), ...rest];
  return { ranked: { items, effect, logOdds: whole(logOdds), KL: whole(KL) }, traits };
}

/** Every head of the model. */
export async function rankHeads(
  { text, ...given }: Selection,
  { spans, heads }: { spans: readonly Span[]; heads: number },
): Promise<Ranked> {
  const items = Array.from({ length: heads }, (_, n) => n);
  const effects = await effectsOf(text, {
    ...given,
    items: heads,
    termsOf: (part) =>
      edgeTerms(text.model, part, spans.slice(part.first, part.first + part.forced.length)),
  });
  return { items, effect: effects.logOdds, ...orders(effects) };
}

function orders(
  { logOdds, KL }: { logOdds: Float64Array; KL: Float64Array },
): Pick<Ranked, "logOdds" | "KL"> {
  return { logOdds: rising(logOdds), KL: rising(KL) };
}

function rising(values: Float64Array): number[] {
  return [...values.keys()].sort((a, b) => values[a] - values[b] || a - b);
}

/** The pieces of every hook point one behind the other. */
async function joinedTerms(pieces: AsyncIterable<Terms>): Promise<Terms[]> {
  const found = new Map<string, Terms[]>();
  for await (const terms of pieces) {
    found.set(terms.hook, [...found.get(terms.hook) ?? [], terms]);
  }
  return [...found.values()].map((all) => ({
    hook: all[0].hook,
    width: all[0].width,
    item: concatenated(all.map(({ item }) => item)),
    token: concatenated(all.map(({ token }) => token)),
    rows: concatenated(all.map(({ rows }) => rows)),
  }));
}
