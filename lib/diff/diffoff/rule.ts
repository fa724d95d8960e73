/**
 * Who is better than whom: the comparisons that are made, and the rule that says what each came to.
 * Written down before the first full run, as decision.ts.
 * @module
 */

/** A comparison is won or lost where its adjusted p is below this. */
export const LEVEL = 0.05;

/**
 * Fewer seeds that tell something decide nothing: with five, even differences of one sign have
 * p = 0.06 in a sign-flip test. Differences of fewer seeds are shown with their range.
 */
export const LEAST_SEEDS = 6;

/**
 * What lists are compared by: log2 of the least k; the share of the KL gap that they close soon, which is
 * the same in degrees (closedSoon of list_score.ts); average precision.
 */
export type Measure = "logK" | "closed" | "AP";

/**
 * A mean difference that is no difference: two lists tie where the 95 % interval of the mean lies
 * within. Of log2 k one: twice as many directions, the widest step between the sizes that are tried. Of the
 * share that is closed 0.1: less than one of the six sizes, at each of which a list closes 0 to 1. Of average
 * precision 0.05: in a trial a random order had 0.02 to 0.05.
 */
export const MARGIN: Readonly<Record<Measure, number>> = { logK: 1, closed: 0.1, AP: 0.05 };

/**
 * `family`: Holm's correction is over all comparisons of one family, made or not. The primary one
 * decides; the others are there to be read.
 */
export type Compared = {
  family: "primary" | "secondary by k" | "secondary by share" | "secondary by AP";
  ours: string;
  rival: string;
  measure: Measure;
};

/**
 * The list that speaks for stage-wise diffing, and its rivals. Of its two lists the one of DF: in the
 * trial at small size it had a k in six runs of six (filter at 0.05; MF in five), and one way alone
 * (D -> DF) ranks the very same latents, so that the two differ in nothing but the axes.
 */
const PRIMARY = {
  ours: "stagewise-DF",
  rivals: ["direct", "one-way-x", "svd-write", "diff-sae", "crosscoder"],
};

/** What each primary comparison asks, by the rival. */
export const QUESTIONS: Readonly<Record<string, string>> = {
  "direct": "Are four fine-tunes better than one?",
  "one-way-x": "Are two axes better than one?",
  "svd-write": "Is it better than one SVD of the weights?",
  "diff-sae": "Is it better than a dictionary of differences?",
  "crosscoder": "Is it better than one dictionary of both models?",
};

/** Average precision is asked of lists of latents alone: a list of vectors leaves nothing out. */
const VECTORS = ["svd-write"];

/**
 * All comparisons: five that decide, and stage-wise by either list against the same and one more, by DF
 * against its own latents in a random order too. Those that
 * decide go by k where so many seeds differ in it that an outcome of one sign would win (eight of ten), else by
 * the share that is closed soon: in the trial k was there in 1 to 3 seeds of ten, so that by k alone most
 * could not have been won or lost at all. How many seeds differ is the same whoever is ahead in each, so
 * that the choice makes no error likelier.
 */
export const COMPARISONS: readonly Compared[] = [
  ...PRIMARY.rivals.map((rival): Compared => ({
    family: "primary",
    ours: PRIMARY.ours,
    rival,
    measure: "logK",
  })),
  ...["stagewise-DF", "stagewise-MF"].flatMap((ours) => {
    const oneWay = ours === "stagewise-DF" ? "one-way-x" : "one-way-y";
    const control = ours === PRIMARY.ours ? ["random-latents"] : []; // of the same dictionary
    const rivals = [
      ...["direct", oneWay, "svd-write", "diff-sae", "crosscoder", "rates-models"],
      ...control,
    ];
    return [
      ...rivals.map((rival): Compared => ({
        family: "secondary by k",
        ours,
        rival,
        measure: "logK",
      })),
      ...rivals.map((rival): Compared => ({
        family: "secondary by share",
        ours,
        rival,
        measure: "closed",
      })),
      ...rivals.filter((rival) => !VECTORS.includes(rival)).map((rival): Compared => ({
        family: "secondary by AP",
        ours,
        rival,
        measure: "AP",
      })),
    ];
  }),
];

/**
 * What a comparison came to. `undecided`: `too few differ` where no outcome of so many seeds that
 * differ could have been won after Holm's correction, else `wide`: the interval leaves room for more
 * than the margin.
 */
export type Verdict =
  | { verdict: "better" | "worse" | "tie" }
  | { verdict: "undecided"; why: "too few differ" | "wide" };

/** The evidence of a comparison: all that the rule looks at. */
export type Evidence = {
  measure: Measure;
  /** Ours less the rival's, mean over the seeds that tell something. */
  mean: number;
  /** Of the mean, 95 %; none of fewer than LEAST_SEEDS. */
  interval?: readonly [number, number];
  /** Of the sign-flip test after Holm's correction, and the least that so many differences allow. */
  adjusted: number;
  attainable: number;
};

/** The rule: won or lost by the adjusted p, a tie by the margin, else undecided. */
export function verdictOn({ measure, mean, interval, adjusted, attainable }: Evidence): Verdict {
  if (adjusted < LEVEL) {
    return { verdict: (measure === "logK" ? mean < 0 : mean > 0) ? "better" : "worse" };
  }
  const margin = MARGIN[measure];
  if (interval && interval[0] >= -margin && interval[1] <= margin) return { verdict: "tie" };
  return { verdict: "undecided", why: attainable >= LEVEL ? "too few differ" : "wide" };
}
