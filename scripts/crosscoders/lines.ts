/**
 * All numbers of a comparison of crosscoders, line by line: means over the seeds, with their
 * spread.
 * @module
 */
import { COMPARED } from "../../lib/crosscoder/run/presets.ts";
import type { CrosscodersResults } from "../../lib/crosscoder/run/results.ts";
import type { Count } from "../../lib/numerics/counts.ts";
import { spread } from "../../lib/numerics/statistics.ts";
import { type Line, numberLine, type Published, shareLine } from "../../lib/report/line.ts";
import { PAPER } from "./paper.ts";
import { everyLevel, plantedOf, words } from "./words.ts";

/** Every recipe at every level on the language model's activations. */
export function coderLines(run: CrosscodersResults): Line[] {
  return everyLevel(run).flatMap(({ recipe, seeds, set }) => {
    const name = `${words(recipe)}, ${set}`;
    return [
      spreadLine(`${name}: L0`, seeds.map(({ L0 }) => L0), 1),
      spreadLine(`${name}: FVU, sites concatenated`, seeds.map(({ FVU }) => FVU)),
      spreadLine(`${name}: FVU, mean over sites`, seeds.map(({ FVU_mean }) => FVU_mean)),
      spreadLine(`${name}: dead latents`, seeds.map(({ dead }) => dead), 1),
      spreadLine(`${name}: bits a token`, seeds.map(({ bits }) => bits), 0),
    ];
  });
}

/** Every recipe and the control on the planted task; counts are those of all seeds together. */
export function plantedLines(run: CrosscodersResults): Line[] {
  return [...COMPARED, "random" as const].flatMap((recipe) => {
    const seeds = plantedOf(run, recipe), name = words(recipe);
    const all = (label: string, counts: Count[], paper?: Published) =>
      shareLine(`${name}: ${label}`, together(counts), { paper });
    const is = recipe === "batchtopk" ? PAPER : undefined;
    const fitted = seeds.flatMap(({ L0, FVU }) =>
      L0 === undefined || FVU === undefined ? [] : [{ L0, FVU }]
    );
    return [
      ...(fitted.length === 0 ? [] : [
        spreadLine(`${name}: L0 on planted rows`, fitted.map(({ L0 }) => L0)),
        spreadLine(
          `${name}: explained variance, %`,
          fitted.map(({ FVU }) => 100 * (1 - FVU)),
          1,
          is?.explainedVariance,
        ),
      ]),
      all("features found at 0.7", seeds.map(({ recall }) => recall["0.7"])),
      all("features found at 0.9", seeds.map(({ recall }) => recall["0.9"]), is?.recall),
      all("latents that are one at 0.7", seeds.map(({ precision }) => precision["0.7"])),
      all("latents that are one at 0.9", seeds.map(({ precision }) => precision["0.9"])),
      all("found of the commoner half", seeds.map(({ common }) => common)),
      all("found of the rarer half", seeds.map(({ rare }) => rare)),
      all("found of those on some sites", seeds.map(({ partial }) => partial)),
      all("found of those on all sites", seeds.map(({ whole }) => whole)),
    ];
  });
}

function spreadLine(name: string, values: number[], digits = 3, paper?: Published): Line {
  const { mean, sd, n } = spread(values);
  return numberLine(name, mean, { digits, paper, note: `± ${sd.toFixed(digits)} over ${n} seeds` });
}

function together(counts: readonly Count[]): Count {
  return counts.reduce((sum, { count, of }) => ({ count: sum.count + count, of: sum.of + of }), {
    count: 0,
    of: 0,
  });
}
