/**
 * Four-point ablation by full forward passes, one a variant, whose edits are worked out from the parameters in float64:
 * nothing of lib/interactions/truth is used.
 *
 * @module
 */
import type { Crosscoder } from "../../../lib/crosscoder/coder.ts";
import { type PairInstances, pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { activeText } from "../../../lib/interactions/players/active_text.ts";
import type { AblationSample } from "../../../lib/interactions/truth/ablate.ts";
import { blockNames } from "../../../lib/model/architectures/gpt_neo/names.ts";
import type { LanguageModel } from "../../../lib/model/language_model.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { add } from "../../../lib/tensor/ops/arithmetic.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { type Tensor, upload } from "../../../lib/tensor/tensor.ts";

/** A model, its parameters, a coder and a text. */
export type Plain = {
  model: LanguageModel;
  weights: Record<string, HostArray>;
  coder: Crosscoder;
  text: number[][];
};

/** Where latents leave, how much of them, and the layer whose output GT1 is of. */
export type PlainMode = {
  sites: readonly string[];
  amount?: (act: number, latent: number) => number;
  layer?: string;
  onwards?: boolean;
};

/** The text's active latents, and every third instance, the last token of a sequence left out, the last one first. */
export async function sampleOf({ model, coder, text }: Plain): Promise<AblationSample> {
  const pos = text[0].length, active = await activeText(model, coder, text);
  const all = pairInstances(active);
  const chosen = [...all.token.keys()].filter((n) => n % 3 === 0 && all.token[n] % pos < pos - 1);
  return { sequences: text, active, instances: takeInstances(all, chosen.reverse()) };
}

/** Some instances. */
export function takeInstances(all: PairInstances, chosen: number[]): PairInstances {
  const take = (values: Uint32Array) => Uint32Array.from(chosen, (n) => values[n]);
  const { pairs, first, second, token, pair } = all;
  return {
    pairs,
    first: take(first),
    second: take(second),
    token: take(token),
    pair: take(pair),
  };
}

/** What `amount` of a latent adds to the pass, by hook, where it is at `site`. */
function additions(
  { weights, coder }: Plain,
  { site, latent, amount }: { site: string; latent: number; amount: number },
): Record<string, Float64Array> {
  const { config: { sites, d_in }, arrays: { W_dec } } = coder;
  const number = sites.findIndex(({ hook }) => hook === site);
  const from = (latent * sites.length + number) * d_in;
  const d = Float64Array.from(W_dec.data.subarray(from, from + d_in), (value) => amount * value);
  if (!site.endsWith("hook_normalized")) return { [site]: d };
  const block = Number(site.split(".")[1]), names = blockNames(block);
  const { w } = site.includes("ln1") ? names.ln1 : names.ln2;
  const read = d.map((value, c) => value * weights[w].data[c]);
  const through = (name: string) => {
    const { shape: [out], data } = weights[name];
    const sum = (k: number) =>
      read.reduce((total, value, c) => total + value * data[k * d_in + c], 0);
    return Float64Array.from({ length: out }, (_, k) => sum(k));
  };
  const { W_in, W_Q: hook_q, W_K: hook_k, W_V: hook_v } = names;
  if (site.includes("ln2")) return { [`blocks.${block}.mlp.hook_pre`]: through(W_in) };
  return Object.fromEntries(
    Object.entries({ hook_q, hook_k, hook_v }).map(([hook, name]) => [
      `blocks.${block}.attn.${hook}`,
      through(name),
    ]),
  );
}

type Removed = { latent: number; amount: number };
type Point = { resid: number[]; logits: number[]; layer?: number[] };

/** One sequence with latents taken out at position p: what it comes to at each position. */
async function pass(
  plain: Plain,
  { s, p, removed, sites, layer }: PlainMode & { s: number; p: number; removed: Removed[] },
): Promise<(q: number) => Point> {
  const { model, text } = plain, { gpu } = model, at: Record<string, Float64Array> = {};
  for (const site of sites) {
    for (const one of removed) {
      for (const [hook, added] of Object.entries(additions(plain, { site, ...one }))) {
        at[hook] = added.map((value, c) => value + (at[hook]?.[c] ?? 0));
      }
    }
  }
  const edits = Object.fromEntries(
    Object.entries(at).map(([hook, values]) => [hook, (x: Tensor) => {
      const data = new Float32Array(text[s].length * values.length);
      data.set(values.map((value) => -value), p * values.length);
      return add(x, upload(gpu, { shape: [...x.shape], data }));
    }]),
  );
  const wanted = ["blocks.1.hook_resid_post", ...layer ? [layer] : []];
  const { logits, cache } = runWithCache(model, [text[s]], wanted, { edits });
  const [l, resid, output] = await readTensors([
    logits,
    ...wanted.map((name) => cache.get(name)!),
  ]);
  const row = (values: Float32Array, q: number) => {
    const width = values.length / text[s].length;
    return [...values.subarray(q * width, (q + 1) * width)];
  };
  return (q) => ({ resid: row(resid, q), logits: row(l, q), layer: output && row(output, q) });
}

const lse = (x: number[]) => {
  const top = Math.max(...x);
  return top + Math.log(x.reduce((sum, value) => sum + Math.exp(value - top), 0));
};
const four = (v: number[][]) => v[0].map((x, c) => x - v[1][c] - v[2][c] + v[3][c]);
const apart = (a: number[], b: number[]) => Math.hypot(...a.map((x, c) => x - b[c]));

/** The measures at one position from the four passes. */
function measuresAt(points: Point[], target: number) {
  const logits = points.map((point) => point.logits), [x, i, j, both] = logits;
  const additive = i.map((value, c) => value + j[c] - x[c]), top = lse(both), prior = lse(additive);
  const g = four(logits), mean = g.reduce((a, b) => a + b, 0) / g.length;
  const streams = points.map(({ resid }) => resid);
  return {
    GT1: points[0].layer ? Math.hypot(...four(points.map(({ layer }) => layer!))) : undefined,
    GT2: Math.hypot(...four(streams)),
    single_i: apart(streams[0], streams[1]),
    single_j: apart(streams[0], streams[2]),
    dlogits: Math.hypot(...g.map((value) => value - mean)),
    KL: both.reduce((sum, l, c) => sum + Math.exp(l - top) * (l - top - additive[c] + prior), 0),
    dloss: four(logits.map((l) => [lse(l) - l[target]]))[0],
  };
}

export type PlainMeasures = ReturnType<typeof measuresAt>;

/** The measures of every instance; `onwards`: over its token and all later ones that tell a next one. */
export async function plainTruth(
  plain: Plain,
  { active, instances }: AblationSample,
  mode: PlainMode,
): Promise<PlainMeasures[]> {
  const { amount = (act) => act, onwards = false } = mode, { text } = plain, pos = text[0].length;
  const found: PlainMeasures[] = [];
  for (const [n, token] of instances.token.entries()) {
    const s = Math.floor(token / pos), p = token % pos;
    const [i, j] = [instances.first[n], instances.second[n]].map((entry) => {
      const latent = active.latent[entry];
      return { latent, amount: amount(active.act[entry], latent) };
    });
    const passes = await Promise.all(
      [[], [i], [j], [i, j]].map((removed) => pass(plain, { ...mode, s, p, removed })),
    );
    const places = onwards ? Array.from({ length: pos - 1 - p }, (_, q) => p + q) : [p];
    const each = places.map((q) => measuresAt(passes.map((at) => at(q)), text[s][q + 1]));
    const sum = (key: "KL" | "dloss") => each.reduce((total, m) => total + m[key], 0);
    const norm = (key: "GT2" | "single_i" | "single_j" | "dlogits") =>
      Math.hypot(...each.map((m) => m[key]));
    found.push({
      ...{ GT1: each[0].GT1, GT2: norm("GT2"), dlogits: norm("dlogits") },
      ...{ single_i: norm("single_i"), single_j: norm("single_j"), KL: sum("KL") },
      dloss: sum("dloss"),
    });
  }
  return found;
}
