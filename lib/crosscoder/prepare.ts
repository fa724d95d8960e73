/**
 * What a crosscoder has to be that is looked at on a model: one check for all that measure it.
 * @module
 */
import { checkSequences } from "../model/check_sequences.ts";
import { type Crosscoder, unfolded } from "./coder.ts";
import { commonOf, type Models } from "./harvest/models.ts";
import { resolveSites } from "./harvest/resolve_sites.ts";
import { siteName } from "./sites.ts";

/**
 * The crosscoder unfolded, whichever it was, and the length of the sequences. Throws where the
 * crosscoder is broken, or is none of these models, and on what `checkSequences` refuses. `action`
 * begins the sentence.
 */
export function prepareCoder(
  models: Models,
  coder: Crosscoder,
  { action, sequences, least }: {
    action: string;
    sequences: readonly ArrayLike<number>[];
    least?: number;
  },
): { coder: Crosscoder; pos: number } {
  const common = commonOf(action, models);
  const scaled = unfolded(action, coder);
  const { sites, d_in } = scaled.config;
  const found = resolveSites(models, sites);
  if (found.d_in !== d_in) {
    throw new RangeError(
      `Cannot ${action}: expected a crosscoder of d_in ${found.d_in}, the width of ` +
        `${
          siteName(found.sites[0])
        } in this model, but found ${d_in}: take the model that it was trained on`,
    );
  }
  if (found.sites.length !== sites.length) {
    throw new RangeError(
      `Cannot ${action}: expected the name of one hook for each site but found ${
        sites.map(siteName)
      }: ` +
        "write the hooks out in the crosscoder's configuration",
    );
  }
  return { coder: scaled, pos: checkSequences(common, sequences, { action, least }) };
}
