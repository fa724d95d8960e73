/** What draws say of the models, and from which length on they say more than a proof. @module */
import { largest } from "../../../lib/numerics/numbers.ts";
import { median, spread } from "../../../lib/numerics/statistics.ts";
import { CONFIDENCES } from "../../../lib/proofs/checker/statement_claim.ts";
import { ratio } from "../../../lib/proofs/prove.ts";
import {
  errorOf,
  gapAt,
  missedBy,
  reach,
  type Sampler,
  samplersOf,
} from "../../../lib/proofs/run/proof_or_draws.ts";
import { best, theoremName } from "../../../lib/proofs/run/groups.ts";
import {
  familyTitle,
  isOurs,
  kindOf,
  type ModelResult,
  type ProofRow,
  type ProofsRun,
} from "../../../lib/proofs/run/results.ts";
import { drawnBy } from "../../../lib/proofs/run/sampled.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { families } from "./bounds.ts";

/** Estimates and bounds by draws: medians over models. */
export function samplingLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) => {
    const name = familyTitle(family);
    const over = (of: (model: ModelResult) => number) => median(models.map(of));
    const sets = models.map((model) => drawnBy(model, "sampled/N5"));
    const note = `${sets[0].draws} draws, of which ${
      (100 * median(sets.map(({ counted, draws }) => counted / draws))).toFixed(0)
    } % count`;
    return [
      numberLine(
        `${name}: draws from N5's sets, standard error of the accuracy`,
        median(sets.map(({ standardError }) => standardError)),
        { digits: 7, note },
      ),
      ...asManyLines(name, models, run),
      numberLine(
        `${name}: gap of N5, G = ${sets[0].G}, g_max ${sets[0].gMax}, certain`,
        over((model) => model.accuracy.value - share(model, drawnBy(model, "sampled/N5").certain)),
        { digits: 7 },
      ),
      ...(["sampled/N5", "sampled"] as const).flatMap((method) =>
        confidences.map((confidence) =>
          numberLine(
            `${name}: gap of ${method}, confidence ${confidence}`,
            over((model) =>
              model.accuracy.value - share(model, drawnBy(model, method).atLeast[confidence])
            ),
            { digits: 7, note: `${drawnBy(models[0], method).draws} draws` },
          )
        )
      ),
      ...errorLines(name, models),
    ];
  });
}

const confidences = Object.keys(CONFIDENCES) as (keyof typeof CONFIDENCES)[];

const share = ({ v, K }: ModelResult, count: string) =>
  ratio(BigInt(count), BigInt(v) ** BigInt(K));

/** How many draws from all sequences have the standard error of those from N5's sets. */
function asManyLines(name: string, models: readonly ModelResult[], run: ProofsRun): Line[] {
  const times = models.flatMap((model) => {
    const { tables } = samplersOf(model, run.settings);
    const { standardError, draws } = drawnBy(model, "sampled/N5");
    // Where N5 leaves nothing open, or nothing is wrong, there is nothing to draw for.
    if (standardError === 0 || tables.share === 0) return [];
    return [errorOf(tables, 1) ** 2 / standardError ** 2 / draws];
  });
  if (times.length === 0) return [];
  const what = "draws from all sequences for the same standard error, times as many";
  return [numberLine(`${name}: ${what}`, median(times), { digits: 0 })];
}

/** Errors of the estimates, where every sequence was enumerated. */
function errorLines(name: string, models: readonly ModelResult[]): Line[] {
  const known = models.filter(({ accuracy }) => accuracy.right !== undefined);
  if (known.length === 0) return [];
  return (["sampled/N5", "sampled"] as const).map((method) => {
    const errors = known.map((model) => {
      const { estimate, standardError } = drawnBy(model, method);
      const error = Math.abs(estimate - model.accuracy.value);
      return error === 0 ? 0 : error / standardError;
    });
    return numberLine(
      `${name}: error of ${method} in its standard errors, root mean square`,
      Math.sqrt(spread(errors.map((z) => z * z)).mean),
      { digits: 2, note: `${largest(errors).toFixed(1)} at most, ${known.length} models` },
    );
  });
}

/** The theorems that draws are compared with: of kinds with many strategies the best of each model. */
export const COMPARED: readonly {
  name: string;
  of: (model: ModelResult) => ProofRow | undefined;
}[] = [
  { name: "cubic", of: bestOf("cubic") },
  { name: "best sound subcubic", of: bestOf("sound") },
  { name: "best N6", of: bestOf("N6") },
  ...["N4, G = 64", "N4, G = 256", "N4-partition, G = 64"].map(named),
  ...["N5, G = 32, g_max 4", "N5, G = 64, g_max 6"].map(named),
];

function bestOf(kind: string) {
  return ({ rows }: ModelResult) => {
    const some = rows.filter((row) => kindOf(row) === kind);
    return some.length > 0 ? best(some) : undefined;
  };
}

function named(name: string) {
  return {
    name,
    of: ({ rows }: ModelResult) => rows.find((row) => isOurs(row) && theoremName(row) === name),
  };
}

/** What a theorem comes to beside draws from all sequences, median over models; base 2 logarithms. */
export interface Overtaken {
  name: string;
  own: number;
  gap: number;
  /** FLOPs from which draws have the smaller gap, by confidence; answers from the tables. */
  bound: Record<keyof typeof CONFIDENCES, number>;
  /** The same by forward passes, confidence 0.999999. */
  forward: number;
  /** FLOPs from which the standard error is smaller than the theorem's error. */
  estimate: number;
  /** Draws for the gap at confidence 0.99. */
  draws: number;
}

/** The theorems that miss something; of the others no draws ever get as near. */
export function overtaken(
  models: readonly ModelResult[],
  settings: ProofsRun["settings"],
): Overtaken[] {
  const gaps = { "0.99": gapAt(CONFIDENCES["0.99"]), "0.999999": gapAt(CONFIDENCES["0.999999"]) };
  return COMPARED.flatMap(({ name, of }) => {
    const rows = models.flatMap((model) => {
      const row = of(model);
      if (!row) return [];
      return [{ row, ...missedBy(row, model), ...samplersOf(model, settings) }];
    });
    // Where nothing is missed, reach() ends at draws without number: half of them would fix the median.
    if (2 * rows.filter(({ gap, error }) => gap > 0 && error > 0).length <= rows.length) return [];
    const over = (value: (row: typeof rows[number]) => number) => median(rows.map(value));
    const toGap = (sampler: Sampler, gap: number, confidence: keyof typeof CONFIDENCES) =>
      reach(sampler, gap, gaps[confidence]);
    const bound = (confidence: keyof typeof CONFIDENCES) =>
      over(({ tables, gap }) => Math.log2(toGap(tables, gap, confidence).flops));
    return [{
      name,
      own: over(({ row }) => Math.log2(row.flops)),
      gap: over(({ gap }) => gap),
      bound: { "0.99": bound("0.99"), "0.999999": bound("0.999999") },
      forward: over(({ forward, gap }) => Math.log2(toGap(forward, gap, "0.999999").flops)),
      estimate: over(({ tables, error }) => Math.log2(reach(tables, error, errorOf).flops)),
      draws: over(({ tables, gap }) => toGap(tables, gap, "0.99").draws),
    }];
  });
}

/** The sampler of a median model: every number the median over models. */
export function medianSamplers({ settings }: ProofsRun, models: readonly ModelResult[]) {
  const all = models.map((model) => samplersOf(model, settings));
  const over = (name: keyof typeof all[number]): Sampler => {
    const of = (key: keyof Sampler) => median(all.map((one) => one[name][key]));
    return { once: of("once"), each: of("each"), from: of("from"), share: of("share") };
  };
  return { tables: over("tables"), forward: over("forward"), sets: over("sets") };
}

/** From which length on draws from all sequences overtake each theorem. */
export function overtakingLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) =>
    overtaken(models, run.settings).flatMap(
      ({ name, own, gap, bound, forward, estimate, draws }) => {
        const line = (what: string, value: number, note = "") =>
          numberLine(`${familyTitle(family)}: ${name}, ${what}`, value, { digits: 1, note });
        return [
          line(
            "log2 FLOPs from which draws overtake it as a bound, 0.999999",
            bound["0.999999"],
            [
              `gap ${gap.toExponential(1)} at 2^${own.toFixed(1)} FLOPs`,
              `2^${forward.toFixed(1)} by forward passes`,
            ].join("; "),
          ),
          line(
            "log2 FLOPs from which draws overtake it as a bound, 0.99",
            bound["0.99"],
            `${draws.toPrecision(2)} draws`,
          ),
          line("log2 FLOPs from which draws overtake it as an estimate", estimate),
        ];
      },
    )
  );
}
