/**
 * What the paper claims about compact proofs, and whether this run shows it.
 *
 * @module
 */
import { largest } from "../../lib/numerics/numbers.ts";
import { best, GROUPS, groupSpread, normalisedRows } from "../../lib/proofs/run/groups.ts";
import {
  byFamily,
  familyTitle,
  kindOf,
  type ModelResult,
  type ProofsRun,
  type TaskResult,
} from "../../lib/proofs/run/results.ts";
import { linearFit, spread } from "../../lib/numerics/statistics.ts";
import { subsetOf } from "../../lib/proofs/analysis/ablations.ts";
import type { Family } from "../../lib/proofs/run/presets.ts";
import { PAPER } from "./paper.ts";
import { samplingFindings } from "./sampling_findings.ts";
import { publishedAt } from "./lines/bounds.ts";
import { taskAccuracy, taskFamilies } from "./lines/tasks.ts";
import { ablatedAccuracies, singularRatio } from "../../lib/proofs/run/model_numbers.ts";
import { type Finding, verdictOf } from "../../lib/report/finding.ts";

type Population = { family: Family; models: ModelResult[] };

/** One finding for each claim, all populations in its text. */
export function proofsFindings(run: ProofsRun): Finding[] {
  const populations = byFamily(run).filter(({ models }) => models.length > 0);
  return [
    understandingFinding(populations),
    valuesFinding(populations),
    rankFinding(populations),
    storyFinding(populations),
    soundnessFinding(populations),
    countingFinding(populations),
    taskFinding(run),
    ...samplingFindings(run),
  ];
}

const percent = (x: number) => `${(100 * x).toFixed(1)} %`;

function each(populations: Population[], say: (population: Population) => string): string {
  return populations.map((population) => `${familyTitle(population.family)}: ${say(population)}`)
    .join("; ") + ".";
}

/** From less faithful understanding to more, as published. */
const CHAIN = ["attention-quadratic", "attention-vd^2", "subcubic", "cubic"] as const;

function understandingFinding(populations: Population[]): Finding {
  const means = ({ models }: Population) =>
    CHAIN.map((group) => groupSpread(models, group, "published").mean);
  const rises = (values: number[]) => values.every((x, i) => i === 0 || x > values[i - 1]);
  return {
    claim: "The more faithfully the mechanism is understood, the tighter the bound",
    verdict: verdictOf(populations.map((population) => rises(means(population)))),
    text: `Mean bound over accuracy of ${CHAIN.join(", ")}, expected to rise: ` +
      each(populations, (population) => means(population).map((x) => x.toFixed(3)).join(", ")),
  };
}

/** Every group but brute force, whose normalised bound is 1. */
const COMPARED = GROUPS.slice(1);

/** Within one published standard deviation of the mean. */
function valuesFinding(populations: Population[]): Finding {
  const compared = populations.flatMap(({ family, models }) =>
    COMPARED.flatMap((group) => {
      const paper = publishedAt(PAPER.groups[group], family);
      if (!paper) return [];
      const ours = groupSpread(models, group, "published").mean;
      return [{
        close: Math.abs(ours - paper.value) <= paper.sd!,
        text: `${familyTitle(family)} ${group} ${paper.value} in the paper, ${
          ours.toFixed(3)
        } here`,
      }];
    })
  );
  return {
    claim: "The bounds of the main table",
    verdict: verdictOf(compared.map(({ close }) => close)),
    text: compared.length === 0
      ? "Published values exist for v = 64 only: run preset small or paper."
      : `${
        compared.filter(({ close }) => close).length
      } of ${compared.length} means lie within one ` +
        `published standard deviation: ${compared.map(({ text }) => text).join("; ")}.`,
  };
}

/** Fewer models than this leave the sign of a slope to chance. */
const FITTED = 8;

function rankFinding(populations: Population[]): Finding {
  const fits = populations.map(({ family, models }) => ({
    family,
    fit: linearFit(models.map((model) => {
      const rows = normalisedRows(model).filter(({ strategy }) =>
        strategy.startsWith("published/svd/")
      );
      return { x: singularRatio(model), y: best(rows).normalised };
    })),
  })).filter(({ fit }) => fit && fit.n >= 3);
  return {
    claim: "The nearer the attention scores are to rank one, the better the low-rank bound",
    verdict: verdictOf(
      fits.filter(({ fit }) => fit!.n >= FITTED).map(({ fit }) => fit!.slope > 0),
    ),
    text: fits.length === 0
      ? "A fit wants three models or more."
      : "Slope of the svd bound for 100 of sigma1 / sigma2: " + fits.map(({ family, fit }) =>
        `${familyTitle(family)} ${(100 * fit!.slope).toFixed(4)} (R² ${fit!.r2.toFixed(2)}, ${
          fit!.n
        } models)`
      ).join("; ") + ".",
  };
}

function storyFinding(populations: Population[]): Finding {
  const noise = subsetOf(["EU", "EQKP", "PVOU"]);
  const without = ({ models }: Population, subset: number) =>
    spread(ablatedAccuracies(models, subset)).mean;
  const holds = populations.map((population) =>
    without(population, noise) > without(population, 0) - 0.01 &&
    Math.max(without(population, subsetOf(["EQKE"])), without(population, subsetOf(["EVOU"]))) < 0.5
  );
  return {
    claim: "Attention to the maximum (EQKE) and copying (EVOU) do the work, the rest is noise",
    verdict: verdictOf(holds),
    text: "Accuracy whole, without EU, EQKP and PVOU, without EQKE, without EVOU: " +
      each(populations, (population) =>
        [0, noise, subsetOf(["EQKE"]), subsetOf(["EVOU"])]
          .map((subset) => percent(without(population, subset))).join(", ")),
  };
}

function soundnessFinding(populations: Population[]): Finding {
  const audits = ({ models }: Population) =>
    models.flatMap(({ rows }) => rows.flatMap(({ audit }) => audit ? [audit] : []));
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const unjustified = populations.map((one) => sum(audits(one).map((a) => a.unjustified)));
  return {
    claim: "The published subcubic bounds are proofs",
    verdict: unjustified.some((n) => n > 0) ? "not replicated" : "undecided",
    text: "Their step from the mean attention is no valid inference. Certified cases over all " +
      "strategies and models, of these below the sound value, of these without justification: " +
      each(populations, (population) => {
        const all = audits(population);
        return [
          all.map((a) => a.cases),
          all.map((a) => a.understated),
          all.map((a) => a.unjustified),
        ]
          .map(sum).join(", ");
      }) + " The sound strategies replace it.",
  };
}

/** Whether counting certifies most of what is right where the question is another. */
function taskFinding(run: ProofsRun): Finding {
  const numbers = ({ models }: ReturnType<typeof taskFamilies>[number]) => {
    const mean = (choose: (model: TaskResult) => number) => spread(models.map(choose)).mean;
    const bestOf = (theorem: string) => (model: TaskResult) =>
      largest(model.rows.filter((row) => row.strategy.startsWith(theorem)).map((row) => row.bound));
    return [mean(taskAccuracy), mean(bestOf("N4")), mean(bestOf("N5"))];
  };
  const families = taskFamilies(run);
  return {
    claim: "Ours: the same counting certifies answers to other questions",
    verdict: verdictOf(families.map((one) => {
      const [accuracy, N4] = numbers(one);
      return N4 > 0.9 * accuracy;
    })),
    text: families.length === 0
      ? "This run has no models of other tasks."
      : "Mean accuracy, N4 and N5, expected nine tenths of the accuracy or more from N4: " +
        families.map((one) =>
          `${familyTitle(one.family)}: ${numbers(one).map((x) => x.toFixed(4)).join(", ")}`
        ).join("; ") + ".",
  };
}

function countingFinding(populations: Population[]): Finding {
  const numbers = ({ models }: Population) => {
    const mean = (choose: (model: ModelResult) => number) => spread(models.map(choose)).mean;
    const bestOf = (kind: string) => (model: ModelResult) =>
      largest(model.rows.filter((row) => kindOf(row) === kind).map(({ bound }) => bound));
    return {
      accuracy: mean(({ accuracy }) => accuracy.value),
      published: mean(bestOf("published")),
      sound: mean(bestOf("sound")),
      N5: mean(bestOf("N5")),
      N4: mean(bestOf("N4")),
    };
  };
  return {
    claim: "Ours: counting instead of worst cases brings the bound to the accuracy",
    verdict: verdictOf(populations.map((population) => {
      const { accuracy, sound, N4 } = numbers(population);
      return accuracy - N4 < 0.1 * (accuracy - sound);
    })),
    text: "Mean accuracy, best published, best sound subcubic, N5, N4: " +
      each(
        populations,
        (population) => Object.values(numbers(population)).map((x) => x.toFixed(4)).join(", "),
      ),
  };
}
