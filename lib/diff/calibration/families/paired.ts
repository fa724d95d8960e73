/** Statistics that take from each latent what it does in runs without a backdoor. @module */
import { coefficients, factor } from "../../../numerics/least_squares.ts";
import { excessOf } from "../excess.ts";
import { against, byP, centred, type Family } from "../family.ts";
import { inFolds } from "../trend_scale.ts";

/** As in the trial of this: one run is taken away, one other says what is left by chance. */
export const paired: Family = {
  name: "paired",
  title: "less its own null, against another null less it",
  needs: 2,
  assumes:
    "latents differ from run to run by draws from one distribution, and runs do not as wholes",
  decide({ target, nulls: [first, second] }, q) {
    const less = (list: Float64Array) => list.map((value, i) => value - first[i]);
    return against(less(target), [less(second)], q);
  },
};

export const excess: Family = {
  name: "excess",
  title: "less the mean of its nulls, centred",
  needs: 2,
  assumes: "latents differ from run to run by draws from one distribution, and most did not turn",
  decide(sample, q) {
    const { target, nulls } = excessOf(sample);
    return against(target, nulls, q);
  },
};

/** What is left once the first null and what is known have said how far a latent turns. */
export const predicted: Family = {
  name: "predicted",
  title: "less what one null, rate and first turn predict",
  needs: 2,
  assumes: "what is left of a latent is a draw from one distribution, and most did not turn",
  decide({ target, nulls: [first, second], known }, q) {
    const rows = Array.from(first, (value, i) => {
      const all = [value, ...known.map((list) => list[i])];
      return [1, ...all.flatMap((x) => [x, x * x])];
    });
    const expected = inFolds(rows, (others) => {
      const columns = rows[0].map((_, c) => others.map((i) => rows[i][c]));
      const fitted = coefficients(factor(columns), others.map((i) => second[i]));
      return (row) => row.reduce((sum, value, c) => sum + fitted[c] * value, 0);
    });
    const left = (list: Float64Array) => centred(list.map((value, i) => value - expected[i]));
    return against(left(target), [left(second)], q);
  },
};

/** Fifths of the latents, by how far each turned when the data came. */
const STRATA = 5;

/** A latent is held only against nulls of its kind. */
export const strata: Family = {
  name: "strata",
  title: "excess, within fifths by first turn",
  needs: 2,
  assumes: "as excess, within latents that turned about as far before",
  decide(sample, q) {
    const { target, nulls } = excessOf(sample), firstTurn = sample.known.at(-1)!;
    const order = Array.from(firstTurn, (_, i) => i).sort((i, j) => firstTurn[i] - firstTurn[j]);
    const p = new Float64Array(target.length);
    for (let stratum = 0; stratum < STRATA; stratum++) {
      const [from, to] = [0, 1].map((k) => Math.round((stratum + k) * order.length / STRATA));
      const members = order.slice(from, to);
      const of = (list: Float64Array) => Float64Array.from(members, (i) => list[i]);
      against(of(target), nulls.map(of), q).p!.forEach((value, at) => p[members[at]] = value);
    }
    return byP(p, q);
  },
};
