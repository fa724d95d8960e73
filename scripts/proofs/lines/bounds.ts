/**
 * The numbers of the compact proofs, each beside its published value. Bounds are normalised (over
 * true accuracy) where their name does not say otherwise; +- is the standard deviation over seeds.
 *
 * @module
 */
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import {
  best,
  GROUPS,
  groupSpread,
  leastUpper,
  normalisedRows,
  theoremName,
} from "../../../lib/proofs/run/groups.ts";
import {
  byFamily,
  familyTitle,
  groupOf,
  isOurs,
  kindOf,
  type ModelResult,
  type ProofsRun,
} from "../../../lib/proofs/run/results.ts";
import { ratio } from "../../../lib/proofs/prove.ts";
import { median, type Spread, spread } from "../../../lib/numerics/statistics.ts";
import type { Family } from "../../../lib/proofs/run/presets.ts";
import { PAPER } from "../paper.ts";
import { type Line, numberLine, type Published } from "../../../lib/report/line.ts";

/** Published values exist for v = 64. */
export function publishedAt(
  values: Record<number, Published> | undefined,
  { K, v }: Pick<Family, "K" | "v">,
): Published | undefined {
  return v === 64 ? values?.[K] : undefined;
}

/** A mean over models with its deviation in the note. */
export function meanLine(
  name: string,
  { mean, sd, n, min, max }: Spread,
  { paper, digits = 3, note }: { paper?: Published; digits?: number; note?: string } = {},
): Line {
  const theirs = paper?.sd === undefined ? "" : `, paper ± ${paper.sd}`;
  const own = n > 1
    ? `± ${sd.toFixed(digits)}${theirs} (${min.toFixed(digits)} to ${
      max.toFixed(digits)
    }), ${n} models`
    : `one model${theirs}`;
  return numberLine(name, mean, { paper, digits, note: [own, note].filter(Boolean).join("; ") });
}

/** All populations that have models. */
export function families(run: ProofsRun) {
  return byFamily(run).filter(({ models }) => models.length > 0);
}

/** P1: the best of each group, as published and sound. */
export function groupLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) =>
    GROUPS.flatMap((group) => {
      const name = `${familyTitle(family)}: ${group}`;
      const published = publishedAt(PAPER.groups[group], family);
      const accuracy = group === "brute-force";
      if (accuracy) {
        const options = { paper: published, digits: 4 };
        return [meanLine(`${name} (accuracy)`, accuracies(models), options)];
      }
      const as = groupSpread(models, group, "published");
      if (group === "cubic") return [meanLine(name, as, { paper: published })];
      const repaired = groupSpread(models, group, "sound");
      return [
        meanLine(`${name}, as published`, as, { paper: published }),
        meanLine(`${name}, sound`, repaired, {
          note: `repair: ${signed(repaired.mean - as.mean)}`,
        }),
      ];
    })
  );
}

function accuracies(models: readonly ModelResult[]): Spread {
  return spread(models.map(({ accuracy }) => accuracy.value));
}

function signed(x: number): string {
  return `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(3)}`;
}

/** How accurate the models are. */
export function accuracyLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) => {
    const name = familyTitle(family), isFour = family.K === 4 && family.v === 64;
    const values = models.map(({ accuracy }) => accuracy.value);
    const exact = models.every(({ accuracy }) => accuracy.right !== undefined);
    const note = exact
      ? "every sequence enumerated and decided rigorously"
      : `draws from N5's sets, standard error ${
        largest(models.map(({ accuracy }) => accuracy.standardError)).toExponential(0)
      }`;
    const cubic = models.flatMap(({ rows }) => rows.filter((row) => row.strategy === "cubic"));
    return [
      meanLine(`${name}: accuracy, mean`, spread(values), {
        paper: isFour ? PAPER.accuracy.mean : undefined,
        digits: 5,
        note,
      }),
      numberLine(`${name}: accuracy, median`, median(values), {
        paper: isFour ? PAPER.accuracy.median : undefined,
        digits: 5,
      }),
      numberLine(`${name}: accuracy, least`, smallest(values), {
        paper: isFour ? PAPER.accuracy.min : undefined,
        digits: 5,
      }),
      numberLine(`${name}: accuracy, standard deviation`, spread(values).sd, {
        paper: isFour ? PAPER.accuracy.sd : undefined,
        digits: 5,
      }),
      meanLine(`${name}: cubic bound, not normalised`, spread(cubic.map(({ bound }) => bound)), {
        paper: isFour ? PAPER.cubicBound.mean : undefined,
        digits: 4,
      }),
      meanLine(
        `${name}: training loss, last batch`,
        spread(models.map(({ loss }) => loss)),
        { digits: 4 },
      ),
    ];
  });
}

/** Our theorems, and N6: bounds, not normalised, with their length. */
export function theoremLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) => {
    const rows = models.flatMap((model) => model.rows.filter((row) => isOurs(row)));
    const names = [...new Set(rows.map(theoremName))];
    const sharper = models.map((model) => best(model.rows.filter((row) => kindOf(row) === "N6")));
    const line = (name: string, some: typeof rows) =>
      meanLine(`${familyTitle(family)}: ${name}`, spread(some.map(({ bound }) => bound)), {
        digits: 5,
        note: `2^${Math.log2(spread(some.map(({ flops }) => flops)).mean).toFixed(1)} FLOPs`,
      });
    return [
      ...names.map((name) => line(name, rows.filter((row) => theoremName(row) === name))),
      ...evaluationLines(family, models),
      line("N6, best of its strategies", sharper),
      ...upperLines(family, models),
    ];
  });
}

/** What the bounds lose where they hold for every float32 evaluation of a class. */
function evaluationLines(family: Family, models: readonly ModelResult[]): Line[] {
  return lossesInEvery(models).map(({ name, arithmetic, losses }) =>
    numberLine(
      `${familyTitle(family)}: ${name}, for every float32 evaluation (${arithmetic})`,
      spread(losses.map(({ bound }) => bound)).mean,
      {
        digits: 5,
        note: `loses ${mean(losses)} on average, ${
          largest(losses.map(({ lost }) => lost)).toExponential(1)
        } at most`,
      },
    )
  );
}

const mean = (losses: readonly { lost: number }[]) =>
  spread(losses.map(({ lost }) => lost)).mean.toExponential(1);

/**
 * For each theorem and class of float32 evaluations the bound of each model that holds for all of
 * them, and by how much that is below the one in real arithmetic.
 */
export function lossesInEvery(models: readonly ModelResult[]) {
  const rows = models.flatMap(({ v, K, rows }) =>
    rows.flatMap((row) =>
      Object.entries(row.everyFloat32 ?? {}).map(([arithmetic, certified]) => {
        const bound = ratio(BigInt(certified), BigInt(v) ** BigInt(K));
        return { name: theoremName(row), arithmetic, bound, lost: row.bound - bound };
      })
    )
  );
  const groups = Map.groupBy(rows, ({ name, arithmetic }) => `${name}, ${arithmetic}`);
  return [...groups.values()].map((losses) => ({
    name: losses[0].name,
    arithmetic: losses[0].arithmetic,
    losses,
  }));
}

function upperLines(family: Family, models: readonly ModelResult[]): Line[] {
  const name = `${familyTitle(family)}: upper bound on the accuracy, N4`;
  return [meanLine(name, spread(models.map(leastUpper)), { digits: 5 })];
}

/**
 * How many cases of the published strategies rest on the unsound step, and what repairing it costs
 * or gains.
 */
export function auditLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) => {
    const groups = GROUPS.filter((group) => !["brute-force", "cubic"].includes(group));
    return groups.flatMap((group) => {
      const audits = models.map((model) => {
        const rows = normalisedRows(model).filter((row) => row.audit && groupOf(row) === group);
        return best(rows).audit!;
      });
      const name = `${familyTitle(family)}: ${group}`;
      const digits = 0;
      const sequences = audits.map((audit) => Number(audit.unjustifiedSequences));
      return [
        meanLine(`${name}, certified cases of the best strategy`, of(audits, "cases"), { digits }),
        meanLine(`${name}, of these below the sound value`, of(audits, "understated"), {
          digits,
          note: `by up to ${of(audits, "worst").max.toFixed(3)} logits`,
        }),
        meanLine(`${name}, certified without justification`, of(audits, "unjustified"), {
          digits,
          note: `at most ${largest(sequences).toPrecision(3)} sequences of a model`,
        }),
      ];
    });
  });
}

function of<K extends string>(rows: readonly Record<K, number>[], key: K): Spread {
  return spread(rows.map((row) => row[key]));
}

/** The names of the repairs, in the order in which they are applied. */
export const REPAIRS = [
  ["published", "as published"],
  ["searchRepaired", "search looks at what is verified (D)"],
  ["countRepaired", "counts every other token (C)"],
  ["bothRepaired", "both (C, D)"],
  ["sound", "and sound (A, B)"],
  ["sharper", "and sharper terms (N6)"],
  ["cameraReady", "mean position for the last (camera-ready)"],
] as const;

/** Nearly always the best of its group, which is what the camera-ready figures give. */
const EXACT_SCORES = "exact_EQKE+max_diff_exact";

/** P14: the published bound and each repair of it. */
export function repairLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) =>
    models[0].repairs.flatMap(({ attention }, i) => [
      ...REPAIRS.map(([key, what]) =>
        meanLine(
          `${familyTitle(family)}: ${attention}, ${what}`,
          spread(models.map(({ repairs }) => repairs[i][key])),
          {
            digits: 4,
            paper: key === "cameraReady" && family.K === 4 && family.v === 64
              ? PAPER.cameraReadyOne[attention]
              : undefined,
          },
        )
      ),
      ...(attention === EXACT_SCORES
        ? [meanLine(
          `${familyTitle(family)}: ${attention}, camera-ready, over accuracy`,
          spread(models.map(({ repairs, accuracy }) => repairs[i].cameraReady / accuracy.value)),
          {
            digits: 4,
            paper: publishedAt(PAPER.cameraReady, family),
            note: "paper: best of the group",
          },
        )]
        : []),
    ])
  );
}
