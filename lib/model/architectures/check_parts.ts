/** What the parts of any transformer's configuration are to one another. @module */
import type { ModelConfig } from "../architecture.ts";

/**
 * The configuration itself; `tied` is what it is where the configuration does not say. Throws a
 * RangeError where its heads are of no whole width, or where it is processed and tied.
 */
export function checkParts<Config extends ModelConfig & { tied?: boolean }>(
  action: string,
  config: Config,
  { tied, todo }: { tied: boolean; todo: string },
): Config {
  const fail = (expected: string, found: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  const { d_model, n_heads, processed } = config;
  if (d_model % n_heads !== 0) {
    fail("d_head = d_model / n_heads to be a whole number", `${d_model} / ${n_heads}`);
  }
  if (processed && (config.tied ?? tied)) {
    fail("an unembedding of its own in a processed model", "one tied to the embedding");
  }
  return config;
}
