/**
 * crosscoders-frontier: how much variance does each recipe leave with how few latents, at equal
 * training tokens?
 *
 *   deno task figures crosscoders-frontier
 *
 * Share of variance left on held-out tokens, all sites concatenated, against latents that fire on a
 * token, and against the bits that a token takes. A point a crosscoder, a line through the means of
 * each recipe's levels.
 *
 * @module
 */
import { FROZEN } from "../../../lib/crosscoder/run/presets.ts";
import type { CrosscodersResults } from "../../../lib/crosscoder/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import type { Figure } from "../../system.ts";
import { coderLines } from "../lines.ts";
import { everyLevel, recipeColours, words } from "../words.ts";

const TITLE = "Variance left against latents that fire, all recipes at equal tokens";

/** Draws the frontier of all recipes. */
export const frontier: Figure<CrosscodersResults> = {
  id: "crosscoders-frontier",
  title: TITLE,
  caption:
    "One point a crosscoder: share of variance left on held-out tokens against latents that fire on " +
    "a token, and against the bits of a token; a line joins the means of a recipe's levels, squares are " +
    "frozen baselines.",
  draw(run) {
    const { settings: { d_sae, training: { steps, batch }, seeds } } = run;
    const spec = boundScatter([panel(run, "L0"), panel(run, "bits")], {
      title: TITLE,
      subtitle: [
        `${d_sae} latents, ${
          (steps * batch).toLocaleString("en-US")
        } tokens, ${seeds} seeds; lower and ` +
        "further left is better.",
      ],
      xTitle: "latents that fire on a token (L0)",
      yTitle: "share of variance left (FVU)",
      logY: true,
      colours: recipeColours(),
      shapes: Object.fromEntries(FROZEN.map((recipe) => [words(recipe), "square"])),
      width: 440,
      height: 400,
    });
    return { spec, lines: coderLines(run) };
  },
};

function panel(run: CrosscodersResults, x: "L0" | "bits"): BoundPanel {
  const levels = everyLevel(run);
  const trained = levels.filter(({ recipe }) => run.settings.levels[recipe].length > 1);
  return {
    title: x === "L0" ? "By latents" : "By bits",
    ...(x === "bits" && { xTitle: "bits a token, L0 (log2 d_sae + 8)" }),
    points: levels.flatMap(({ recipe, seeds, set }) =>
      seeds.map((coder) => ({
        x: coder[x],
        y: coder.FVU,
        series: words(recipe),
        label: `${words(recipe)}, ${set}, seed ${coder.seed}`,
      }))
    ),
    curves: [...new Set(trained.map(({ recipe }) => recipe))].map((recipe) => ({
      series: words(recipe),
      label: words(recipe),
      at: levels.filter((one) => one.recipe === recipe).map(({ seeds }) => ({
        x: spread(seeds.map((coder) => coder[x])).mean,
        y: spread(seeds.map(({ FVU }) => FVU)).mean,
      })),
    })),
  };
}
