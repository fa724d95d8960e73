/** `--model`, `--sites` and what else stage-wise diffing is told beside its preset. @module */
import { FINE_TUNES } from "../lib/diff/run/given.ts";
import { integerOption, oneOf } from "./command_line.ts";
import type { Choices, System } from "./system.ts";
import { SYSTEMS } from "./systems.ts";

/** What the command line says, by the names of its options. */
type Given =
  & Partial<Record<"model" | "fine-tune" | "targets" | "sites" | "distinct", string>>
  & { published?: boolean };

/** Throws where one of the systems takes no such choice. */
export function choicesOf(systems: readonly System[], given: Given): Choices {
  const { model, "fine-tune": fineTune, targets, sites, distinct, published } = given;
  const named = Object.entries({
    model,
    "fine-tune": fineTune,
    targets,
    sites,
    distinct,
    published,
  })
    .filter(([, value]) => value !== undefined && value !== false).map(([name]) => `--${name}`);
  const other = systems.find(({ choices }) => !choices);
  if (named.length > 0 && other) {
    const takers = SYSTEMS.filter(({ choices }) => choices).map(({ id }) => id);
    throw new RangeError(
      `Cannot run: expected ${named.join(", ")} with ${takers.join(" or ")} alone but found ` +
        `${systems.map(({ id }) => id).join(", ")}: name that system, or leave it out`,
    );
  }
  return {
    ...(model !== undefined && { model }),
    ...(fineTune !== undefined && { fineTune: oneOf("--fine-tune", fineTune, FINE_TUNES) }),
    ...(targets !== undefined && { targets: names(targets) }),
    ...(sites !== undefined && { sites: names(sites) }),
    ...(distinct !== undefined &&
      { distinct: integerOption("--distinct", distinct, { least: 1 }) }),
    ...(published && { published }),
  };
}

function names(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}
