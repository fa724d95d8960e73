/**
 * A critic says that a few thousand draws tell the accuracy more cheaply than a proof. Four rules for
 * when he is right; what is expected comes from a prototype's measurements of 28 models (K = 4, 5, 10
 * and 20, v = 64).
 *
 * @module
 */
import { smallest } from "../../lib/numerics/numbers.ts";
import { CONFIDENCES } from "../../lib/proofs/checker/statement_claim.ts";
import { gapAt, missedBy } from "../../lib/proofs/run/proof_or_draws.ts";
import {
  byFamily,
  familyTitle,
  type ModelResult,
  type ProofsRun,
} from "../../lib/proofs/run/results.ts";
import { type Finding, predicted, verdictOfAsked } from "../../lib/report/finding.ts";
import { COMPARED, medianSamplers, type Overtaken, overtaken } from "./lines/sampling.ts";

/** One population. Rules are asked of those that the prototype measured: few tokens are proved whole. */
interface Case {
  name: string;
  asked: boolean;
  run: ProofsRun;
  models: readonly ModelResult[];
  theorems: readonly Overtaken[];
}

const ASKED_V = 64, ASKED = `asked of every population with v = ${ASKED_V} or more`;

/** A rule on the populations that it is asked of. */
const verdictOn = (cases: readonly Case[], holds: (one: Case, n: number) => boolean | undefined) =>
  verdictOfAsked(cases.map((one, n) => one.asked ? holds(one, n) : undefined));

/** The findings on draws against proofs. */
export function samplingFindings(run: ProofsRun): Finding[] {
  const cases = byFamily(run).filter(({ models }) => models.length > 0).map((
    { family, models },
  ): Case => ({
    name: familyTitle(family),
    asked: family.v >= ASKED_V,
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

const PUBLISHED_KIND = ["cubic", "best sound subcubic", "best N6"], A_FEW_HUNDRED = 500;

function publishedKind(cases: readonly Case[]): Finding {
  const drawsOf = (one: Case) =>
    PUBLISHED_KIND.flatMap((name) => {
      const found = theorem(one, name);
      return found ? [{ name, draws: found.draws }] : [];
    });
  return predicted({
    claim: "Cubic and subcubic proofs never beat a few hundred draws",
    rule: `${ASKED}: for its median model at most ${A_FEW_HUNDRED} draws from all ` +
      "sequences have, at confidence 0.99, the gap of the cubic, the best sound subcubic and the best N6 bound",
    expected: "replicated",
    why: "they miss 0.05 to 0.2 of the accuracy, and 20 to 100 draws did",
  }, {
    verdict: verdictOn(
      cases,
      (one) => drawsOf(one).every(({ draws }) => draws <= A_FEW_HUNDRED),
    ),
    text: "Draws for the gap of a theorem: " +
      each(
        cases,
        (one) =>
          drawsOf(one).map(({ name, draws }) => `${name} ${draws.toFixed(0)}`).join(", ") ||
          "nothing is missed",
      ),
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
    rule: `${ASKED}: draws from all sequences have the gap of ${N5} from more FLOPs on ` +
      "than it takes, in the median model",
    expected: "replicated",
    why: "draws took 2 to 6 times as many; at 0.99 about as many or fewer",
  }, {
    verdict: verdictOn(cases, (one) => {
      const found = theorem(one, N5);
      return found && found.bound["0.999999"] > found.own;
    }),
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
    rule: `${ASKED}: the standard error of draws from all sequences is below the gap of ` +
      `${N5} from fewer FLOPs on than it takes, in the median model`,
    expected: "replicated",
    why:
      "its bound is one-sided; the middle of N4-partition's two ends beat draws for K = 4 and 5, and was level for K = 10 and 20",
  }, {
    verdict: verdictOn(cases, (one) => {
      const found = theorem(one, N5);
      return found && found.estimate < found.own;
    }),
    text: "FLOPs of a theorem, and from which the standard error of draws is smaller: " +
      each(cases, (one) => `${say(one, N5)}, ${say(one, PARTITION)}`),
  });
}

function hybrid(cases: readonly Case[]): Finding {
  const miss = gapAt(CONFIDENCES["0.999999"]);
  const measured = cases.map((one) => {
    const { sets, tables } = medianSamplers(one.run, one.models), flops = 2 * sets.once;
    const gap = (sampler: typeof sets) => miss(sampler, (flops - sampler.once) / sampler.each);
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
    rule: `${ASKED}: with twice the FLOPs of its sets, at confidence 0.999999, they ` +
      "miss at most a fifth of what draws from all sequences do, and less than the median bound of any " +
      "theorem of at most that length",
    expected: "replicated",
    why: "they were worth 500 to 1,500 times as many draws from all sequences",
  }, {
    verdict: verdictOn(cases, (_, n) => {
      const { own, all, certain } = measured[n];
      return own <= all / 5 && own < certain;
    }),
    text: "FLOPs, missed by draws from N5's sets, by draws from all, by the best theorem: " +
      cases.map(({ name }, n) => {
        const { flops, own, all, certain } = measured[n];
        return `${name}: ${power(Math.log2(flops))}, ${small(own)}, ${small(all)}, ${
          small(certain)
        }`;
      }).join("; ") + ".",
  });
}
