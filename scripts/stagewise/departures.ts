/**
 * How a run differs from the published one, setting by setting: the recipe beside what the run
 * stored.
 * @module
 */
import { type Block, tableBlock } from "../../lib/report/section.ts";
import { RECIPE, recipeText, type RecipeValue } from "./recipe.ts";
import { type Ours, recipeOf, type RecipeRun } from "./recipe_here.ts";

/** One setting. `same`: whether the run has the published value. */
export type Departure = {
  setting: string;
  published: RecipeValue;
  ours: number | string;
  same: boolean;
  /** Why, or what it means. */
  note?: string;
};

/** Every setting of the recipe, in its order. */
export function departures(run: RecipeRun): Departure[] {
  const ours = recipeOf(run);
  return Object.entries(RECIPE).map(([setting, published]) => {
    const found = ours[setting as keyof Ours];
    const [value, note] = Array.isArray(found) ? found : [found, undefined];
    return { setting, published, ours: value, same: value === published.value, note };
  });
}

/** The table of the report, departures first in words: how many there are. */
export function departuresBlocks(run: RecipeRun): Block[] {
  const rows = departures(run), other = rows.filter(({ same }) => !same);
  return [
    {
      kind: "text",
      text: `How this run differs from the published one: ${other.length} of ${rows.length} ` +
        "settings depart; a table below names each. An inferred value was deduced from the authors' code or defaults, one that " +
        "is not published has been filled in.",
    },
    tableBlock(
      "How this run differs from the published one",
      ["setting", "published", "known", "ours", "", "note"],
      rows.map(({ setting, published, ours, same, note }) => [
        setting,
        recipeText(published.value),
        [published.status, published.source].filter(Boolean).join(": "),
        recipeText(ours),
        same ? "same" : "departs",
        note ?? "",
      ]),
    ),
  ];
}
