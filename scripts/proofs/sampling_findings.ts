/**
 * A critic says that a few thousand draws tell the accuracy more cheaply than a proof. Four rules for
 * when he is right; what is expected comes from a prototype's measurements of 28 models (K = 4, 5, 10
 * and 20, v = 64).
 *
 * @module
 */
import { smallest } from "../../lib/numerics/numbers.ts";
import { CONFIDENCES } from "../../lib/proofs/checker/statement_claim.ts";
import { gapOf, missedBy } from "../../lib/proofs/run/proof_or_draws.ts";
import {
  byFamily,
  familyTitle,
  type ModelResult,
  type ProofsRun,
} from "../../lib/proofs/run/results.ts";
import { type Finding, predicted, verdictOfAsked } from "../../lib/report/finding.ts";
import { COMPARED, medianSamplers, type Overtaken, overtaken } from "./lines/sampling.ts";

/** One population. */
interface Case {
  name: string;
  run: ProofsRun;
  models: readonly ModelResult[];
  theorems: readonly Overtaken[];
}

/** The findings on draws against proofs. */
export function samplingFindings(run: ProofsRun): Finding[] {
  const cases = byFamily(run).filter(({ models }) => models.length > 0).map((
    { family, models },
  ): Case => ({
    name: familyTitle(family),
    run,
    models,
    theorems: overtaken(models, run.settings),
  }));
  return [publishedKind(cases), bound(cases), estimate(cases), hybrid(cases)];
}

const each = (cases: readonly Case[], say: (one: Case) => string) =>
  cases.map((one) => `${one.name}: ${say(one)}`).join("; ") + ".";

const theorem = ({ theorems }: Case, name: string) =>
  theorems.find((one) => one.name.startsWith(name));

const PUBLISHED_KIND = ["cubic", "sound subcubic, best", "N6, best"], A_FEW_HUNDRED = 500;

function publishedKind(cases: readonly Case[]): Finding {
  const drawsOf = (one: Case) => PUBLISHED_KIND.flatMap((name) => theorem(one, name)?.draws ?? []);
  return predicted({
    claim: "Cubic and subcubic proofs never beat a few hundred draws",
    rule:
      `asked of every population: for its median model at most ${A_FEW_HUNDRED} draws from all ` +
      "sequences have, at confidence 0.99, the gap of the cubic, the best sound subcubic and the best N6 bound",
    expected: "replicated",
    why: "they miss 0.05 to 0.2 of the accuracy, and 20 to 100 draws did",
  }, {
    verdict: verdictOfAsked(cases.map((one) => {
      const draws = drawsOf(one);
      return draws.length > 0 ? draws.every((n) => n <= A_FEW_HUNDRED) : undefined;
    })),
    text: `Draws for the gap of ${PUBLISHED_KIND.join("; ")}: ` +
      each(cases, (one) => drawsOf(one).map((n) => n.toFixed(0)).join(", ") || "nothing is missed"),
  });
}

const N5 = "N5, G = 64", PARTITION = "N4-partition";
const power = (x: number) => `2^${x.toFixed(1)}`;

function bound(cases: readonly Case[]): Finding {
  const say = (one: Case, name: string) => {
    const found = theorem(one, name);
    return found
      ? `${found.name} at ${power(found.own)}, draws from ${power(found.bound["0.999999"])} ` +
        `(0.99: ${power(found.bound["0.99"])})`
      : `${name} misses nothing`;
  };
  return predicted({
    claim: "As a lower bound, N5 beats draws of its own length at confidence 0.999999",
    rule:
      `asked of every population: draws from all sequences have the gap of ${N5} from more FLOPs on ` +
      "than it takes, in the median model",
    expected: "replicated",
    why: "draws took 2 to 6 times as many; at 0.99 about as many or fewer",
  }, {
    verdict: verdictOfAsked(cases.map((one) => {
      const found = theorem(one, N5);
      return found && found.bound["0.999999"] > found.own;
    })),
    text: `FLOPs of a theorem, and from which draws have its gap: ` +
      each(cases, (one) => `${say(one, N5)}, ${say(one, PARTITION)}`),
  });
}

function estimate(cases: readonly Case[]): Finding {
  const say = (one: Case, name: string) => {
    const found = theorem(one, name);
    return found
      ? `${found.name} at ${power(found.own)}, draws from ${power(found.estimate)}`
      : `${name} misses nothing`;
  };
  return predicted({
    claim: "As an estimate of the accuracy, draws beat N5",
    rule:
      `asked of every population: the standard error of draws from all sequences is below the gap of ` +
      `${N5} from fewer FLOPs on than it takes, in the median model`,
    expected: "replicated",
    why:
      "its bound is one-sided; the middle of N4-partition's two ends beat draws for K = 4 and 5, and was level for K = 10 and 20",
  }, {
    verdict: verdictOfAsked(cases.map((one) => {
      const found = theorem(one, N5);
      return found && found.estimate < found.own;
    })),
    text: "FLOPs of a theorem, and from which the standard error of draws is smaller: " +
      each(cases, (one) => `${say(one, N5)}, ${say(one, PARTITION)}`),
  });
}

function hybrid(cases: readonly Case[]): Finding {
  const measured = cases.map((one) => {
    const { sets, tables } = medianSamplers(one.run, one.models), flops = 2 * sets.once;
    const gap = ({ once, ...sampler }: typeof sets) =>
      gapOf({ once, ...sampler }, (flops - once) / sampler.each, CONFIDENCES["0.999999"]);
    const theorems = COMPARED.flatMap(({ of }) => {
      const gaps = one.models.flatMap((model) => {
        const row = of(model);
        return row && row.flops <= flops ? [missedBy(row, model).gap] : [];
      });
      return gaps.length > one.models.length / 2
        ? [gaps.sort((a, b) => a - b)[gaps.length >> 1]]
        : [];
    });
    return { flops, own: gap(sets), all: gap(tables), certain: smallest([1, ...theorems]) };
  });
  const small = (x: number) => x.toExponential(1);
  return predicted({
    claim: "Draws from the sets that N5 leaves open beat both",
    rule:
      "asked of every population: with twice the FLOPs of its sets, at confidence 0.999999, they " +
      "miss at most a fifth of what draws from all sequences do, and less than the median bound of any " +
      "theorem of at most that length",
    expected: "replicated",
    why: "they were worth 500 to 1,500 times as many draws from all sequences",
  }, {
    verdict: verdictOfAsked(
      measured.map(({ own, all, certain }) => own <= all / 5 && own < certain),
    ),
    text: "FLOPs, missed by draws from N5's sets, by draws from all, by the best theorem: " +
      cases.map(({ name }, n) => {
        const { flops, own, all, certain } = measured[n];
        return `${name}: ${power(Math.log2(flops))}, ${small(own)}, ${small(all)}, ${
          small(certain)
        }`;
      }).join("; ") + ".",
  });
}
