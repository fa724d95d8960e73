/**
 * What became of published claims on crosscoders in one run, by the rules of predictions.ts.
 *
 * @module
 */
import { atEqualBits, commonBits } from "../../lib/crosscoder/bits.ts";
import {
  type ComparedRecipe,
  FROZEN,
  middleLevel,
  REFERENCE,
} from "../../lib/crosscoder/run/presets.ts";
import {
  type CoderResult,
  type CrosscodersResults,
  ofLevel,
  type Threshold,
} from "../../lib/crosscoder/run/results.ts";
import { largest, smallest } from "../../lib/numerics/numbers.ts";
import { type Spread, spread } from "../../lib/numerics/statistics.ts";
import {
  type Finding,
  predicted,
  type Ruling,
  type Verdict,
  verdictOf,
} from "../../lib/report/finding.ts";
import { formatNumber } from "../../lib/report/line.ts";
import { PAPER } from "./paper.ts";
import { percents, plantedOf, pm, share, words } from "./words.ts";
import { PREDICTIONS } from "./predictions.ts";

/**
 * A published share that is this far below another is called far below; a share this close, equal.
 */
const FAR = 0.5, CLOSE = 0.05;

/** The published claims that a run can be held against, in order of weight. */
export function crosscodersFindings(run: CrosscodersResults): Finding[] {
  return [
    fewFound(run),
    recallTells(run),
    frozenMatches(run),
    randomFindsNone(run),
    commonFirst(run),
    beatL1(run),
    moreIsBetter(run),
    severalSites(run),
  ];
}

/** The finding on a prediction. */
function finding(name: keyof typeof PREDICTIONS, ruling: Ruling): Finding {
  return predicted(PREDICTIONS[name], ruling);
}

function fewFound(run: CrosscodersResults): Finding {
  const found = plantedOf(run, REFERENCE);
  const gaps = found.map((one) => 1 - one.FVU! - share(one.recall["0.9"]));
  const verdict = smallest(gaps) >= FAR
    ? "replicated"
    : spread(gaps).mean >= FAR / 2
    ? "in part"
    : "not replicated";
  return finding("fewFound", {
    verdict,
    text:
      `${percent(PAPER.recall.value)} found at ${
        percent(PAPER.explainedVariance.value)
      } explained ` +
      `variance in the paper; ${
        percents(found.map((one) => share(one.recall["0.9"])))
      } found, one latent ` +
      `each at a cosine of 0.9, at ${percents(found.map((one) => 1 - one.FVU!))} here.`,
  });
}

function recallTells(run: CrosscodersResults): Finding {
  const recall = (recipe: ComparedRecipe, threshold: Threshold = 0.9) =>
    plantedOf(run, recipe).map((one) => share(one.recall[threshold]));
  const found = (recipes: readonly ComparedRecipe[], threshold: Threshold) =>
    recipes.map((recipe) => `${words(recipe)} ${percents(recall(recipe, threshold))}`).join("; ");
  const trained = recall(REFERENCE);
  const apart = FROZEN.map((recipe) => smallest(trained) - largest(recall(recipe)) >= FAR / 2);
  return finding("recallTells", {
    verdict: verdictOf(apart),
    text: `Found at 0.9: ${found([REFERENCE, ...FROZEN], 0.9)}. At 0.7, which a soft-frozen ` +
      `decoder can reach: ${found([REFERENCE, "topk_auxk", "soft_frozen_decoder"], 0.7)}.`,
  });
}

function frozenMatches(run: CrosscodersResults): Finding {
  const level = middleLevel(run.settings.levels[REFERENCE]);
  const trained = fvu(ofLevel(run.coders, { recipe: REFERENCE, level, settings: run.settings }));
  const frozen = FROZEN.map((recipe) => {
    return { recipe, ...fvu(ofLevel(run.coders, { recipe, level: 0, settings: run.settings })) };
  });
  return finding("frozenMatches", {
    verdict: verdictOf(frozen.map(({ mean }) => mean - trained.mean <= CLOSE)),
    text: `Share of variance left at k = ${run.settings.levels[REFERENCE][level].k}: ` +
      [{ recipe: REFERENCE, ...trained }, ...frozen]
        .map((one) => `${words(one.recipe)} ${pm(one)}`).join("; ") +
      ". The paper says that frozen ones match trained ones in interpretability, probing and editing, which is " +
      `not tested here; it freezes autoencoders of one site, here a latent has a random vector at each of ${run.sites.length}.`,
  });
}

function randomFindsNone(run: CrosscodersResults): Finding {
  const recall = plantedOf(run, "random").map((one) => share(one.recall["0.7"]));
  return finding("randomFindsNone", {
    verdict: verdictOf(recall.map((found) => found <= 0.01)),
    text: `${percents(recall)} at a cosine of 0.7.`,
  });
}

function commonFirst(run: CrosscodersResults): Finding {
  const found = plantedOf(run, REFERENCE);
  const [common, rare] = [
    found.map((one) => share(one.common)),
    found.map((one) => share(one.rare)),
  ];
  return finding("commonFirst", {
    verdict: verdictOf(common.map((value, i) => value - rare[i] >= CLOSE)),
    text:
      `Of the commoner half ${percents(common)} are found at 0.9, of the rarer half ${
        percents(rare)
      } ` +
      `(${words(REFERENCE)}).`,
  });
}

function beatL1(run: CrosscodersResults): Finding {
  const rivals = ["batchtopk", "anthropic_jan25"] as const;
  const compared = rivals.map((recipe) => ({ recipe, pairs: pairsAtEqualBits(run, recipe, "l1") }));
  const verdict: Verdict = compared.some(({ pairs }) => pairs.length === 0)
    ? "undecided"
    : verdictOf(compared.map(({ pairs }) => pairs.every(([ours, l1]) => ours < l1)));
  const side = ({ recipe, pairs }: typeof compared[number]) =>
    pairs.length === 0
      ? `${words(recipe)} has no bits in common with L1`
      : `${words(recipe)} ${pm(spread(pairs.map(([ours]) => ours)))} where L1 leaves ` +
        `${pm(spread(pairs.map(([, l1]) => l1)))}`;
  return finding("beatL1", {
    verdict,
    text: `Share of variance left: ${compared.map(side).join("; ")}.`,
  });
}

/** For each seed the FVU of two recipes in the middle of the bits that both have. */
export function pairsAtEqualBits(
  { coders, settings }: Pick<CrosscodersResults, "coders" | "settings">,
  ...recipes: [ComparedRecipe, ComparedRecipe]
): [number, number][] {
  const usual = coders.filter(({ d_sae }) => d_sae === settings.d_sae);
  return [...new Set(usual.map(({ seed }) => seed))].flatMap((seed): [number, number][] => {
    const points = Object.fromEntries(recipes.map((name) => [
      name,
      usual.filter((coder) => coder.recipe === name && coder.seed === seed),
    ]));
    if (commonBits(points) === undefined) return [];
    const { FVU } = atEqualBits(points);
    return [[FVU[recipes[0]], FVU[recipes[1]]]];
  });
}

function moreIsBetter(run: CrosscodersResults): Finding {
  const widths = [...run.settings.widths, run.settings.d_sae].sort((a, b) => a - b);
  const level = middleLevel(run.settings.levels[REFERENCE]);
  const left = widths.map((d_sae) =>
    ofLevel(run.coders, { recipe: REFERENCE, level, settings: { d_sae } }).map(({ FVU }) => FVU)
  );
  const steps = left.slice(1).map((wider, i) => wider.every((FVU, seed) => FVU < left[i][seed]));
  return finding("moreIsBetter", {
    verdict: verdictOf(steps),
    text: `${words(REFERENCE)}: ${
      widths.map((d_sae, i) => `${pm(spread(left[i]))} left with ${d_sae} latents`).join("; ")
    }.`,
  });
}

function severalSites({ latents }: CrosscodersResults): Finding {
  const of = (name: ComparedRecipe) => latents.find(({ recipe }) => recipe === name)!.several;
  const trained = of(REFERENCE), frozen = of("frozen_decoder");
  const most = share(trained) > 0.5, before = share(frozen) > 0.5;
  return finding("severalSites", {
    verdict: trained.of === 0 || most && before ? "undecided" : verdictOf([most]),
    text:
      `${trained.count} of ${trained.of} living latents have half their largest decoder norm or more ` +
      `at two sites or more (${
        words(REFERENCE)
      }). It starts with equal norms at every site: of the frozen ` +
      `decoder, which keeps them, ${frozen.count} of ${frozen.of} do.`,
  });
}

function fvu(coders: readonly CoderResult[]): Spread {
  return spread(coders.map(({ FVU }) => FVU));
}

function percent(value: number): string {
  return formatNumber(value, { unit: "%", digits: 0 });
}
