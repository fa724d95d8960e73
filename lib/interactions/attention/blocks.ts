/**
 * All of a model's attention measured with one crosscoder: every block surveyed over a text, its
 * sampled edges held against ablation. The text is read twice, since edges are chosen among those of
 * all of it.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { callback, exactly, expectForm, maybe, whole } from "../../io/form.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { stream } from "../../numerics/random.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { joinActive } from "../players/active_text.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import { type BlockReport, reportBlock } from "./block_report.ts";
import { chooseEdges, drawPairEdges, joinEdges } from "./edge_sample.ts";
import { takeEdges } from "./edges.ts";
import { headsOf } from "./heads.ts";
import { measuredEdges } from "./measured_edges.ts";
import { attentionPlayers } from "./players.ts";
import { addProducts, emptyProducts, scoreProducts } from "./score_parts.ts";
import { createSurvey } from "./survey.ts";
import { attentionWeights } from "./weights.ts";

/**
 * For each block: `candidates` edges drawn from the text, `edges` of them measured, half by deciles of
 * A |γ| and half from the `top`; `pairs` measured at `perPair` edges each; `resamples` of intervals.
 */
export type AttentionSettings = {
  candidates: number;
  edges: number;
  top: number;
  pairs: number;
  perPair: number;
  resamples: number;
};

/** Sequences, rounded up to whole parts, whose cross-position interaction is divided among latents. */
const POSITIONS = 16;

const SETTINGS = exactly({
  candidates: whole(20),
  edges: whole(20),
  top: whole(10),
  pairs: whole(6), // with three controls and a correlation, no fewer can be compared
  perPair: whole(2),
  resamples: whole(1),
  seed: whole(0),
  step: maybe(callback),
});

/**
 * Measures the attention of every block on `sequences` of one length. Throws on a model or a
 * crosscoder that cannot be taken apart (see `headsOf` and `attentionWeights`), and on a text with
 * fewer edges than asked for. `step` is told how far it is.
 */
export async function measureAttention(
  model: LanguageModel,
  coder: Crosscoder,
  sequences: readonly ArrayLike<number>[],
  options: AttentionSettings & { seed: number; step?: (done: number, total: number) => void },
): Promise<BlockReport[]> {
  const settings = expectForm("measure attention", options, SETTINGS);
  const { seed, step = () => {} } = options;
  const random = stream(seed, "attention"), { n_layers } = model.config;
  using owned = new DisposableStack();
  const blocks = [];
  for (let layer = 0; layer < n_layers; layer++) {
    const weights = owned.use(attentionWeights(model.gpu, await headsOf(model, layer), coder));
    const draws = random.stream(`block ${layer}`);
    blocks.push({ weights, draws, survey: owned.use(createSurvey(weights, { random: draws })) });
  }
  const total = 2 * sequences.length * n_layers;
  let done = 0;
  const told = (count: number) => step(done += count, total);

  const read: ActiveLatents[] = [];
  for await (const part of textParts(model, coder, sequences)) {
    const here = part.active.tokens / part.pos;
    const candidates = Math.ceil(settings.candidates * here / sequences.length);
    for (const { weights, survey } of blocks) {
      using players = attentionPlayers(weights, part);
      const positions = part.first < POSITIONS * part.pos;
      await survey.add(players, { first: part.first, candidates, positions });
      told(here);
    }
    read.push(part.active);
  }
  const active = joinActive(read), pos = sequences[0].length;

  const chosen = [];
  for (const { weights, draws, survey } of blocks) {
    const surveyed = await survey.finish(), { candidates, attended } = surveyed;
    const { stratified, top } = chooseEdges(
      attended,
      { edges: settings.edges, top: settings.top },
      { random: draws.stream("edges") },
    );
    const ofPairs = drawPairEdges(active, { pos, window: weights.heads.window }, {
      candidates,
      sizes: settings,
      random: draws.stream("pairs"),
    });
    const edges = joinEdges([takeEdges(candidates, [...stratified, ...top]), ofPairs.edges]);
    const centred = emptyProducts(weights.heads.n_heads);
    const { pair, count } = ofPairs;
    const sizes = { stratified: stratified.length, top: top.length };
    chosen.push({ weights, surveyed, edges, sizes, pair, count, centred, ...measuredEdges(edges) });
  }
  const mean = meanActs(active);
  for await (const part of textParts(model, coder, sequences)) {
    for (const { weights, centred, add } of chosen) {
      using players = attentionPlayers(weights, part);
      await add(players, part.first);
      addProducts(centred, await scoreProducts(players, { mean }));
      told(part.active.tokens / part.pos);
    }
  }
  const reports = [];
  for (const block of chosen) {
    const { resamples } = settings;
    reports.push(await reportBlock(block, { coder, pos, seed, resamples }));
  }
  return reports;
}

/** [d_sae]: the mean of each latent over all tokens. */
function meanActs({ tokens, d_sae, latent, act }: ActiveLatents): Float32Array {
  const sum = new Float64Array(d_sae);
  latent.forEach((i, entry) => sum[i] += act[entry]);
  return Float32Array.from(sum, (value) => value / tokens);
}
