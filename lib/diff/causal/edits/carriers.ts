/**
 * How a shift wanted at each site is brought about. A residual stream carries on what was added to it,
 * so that its sites, in the order of the computation, get increments and the total at each is the wanted
 * one:
 *
 *   x_l += δ_l − δ_(l−1)
 *
 * What a layer writes (hook_mlp_out, hook_attn_out, attn.hook_z) is not carried from site to site: there
 * the shift itself is added. Adding δ_l at every residual site would count each shift once for every site
 * behind it.
 * @module
 */
import type { Site } from "../../../crosscoder/sites.ts";
import { siteName } from "../../../crosscoder/sites.ts";
import { hookNames, hookPoint } from "../../../model/hooks.ts";
import type { LanguageModel } from "../../../model/language_model.ts";

/** A site of a crosscoder: its number, and that of the residual site before it, which carries on. */
export type Carrier = { hook: string; site: number; before?: number };

const STREAM = /^blocks\.\d+\.hook_resid_(pre|mid|post)$/;

/**
 * The sites of a crosscoder in the order of the computation. Throws `Cannot ${action}: ...` where a site
 * is only computed on demand, stands behind the last block, or where residual streams stand beside what
 * is written into them.
 */
export function carriersOf(
  action: string,
  model: Pick<LanguageModel, "architecture" | "config">,
  sites: readonly Site[],
): Carrier[] {
  const refuse = (expected: string, found: string, todo: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  for (const { hook } of sites) {
    const { readOnly, final } = hookPoint(model, hook);
    if (readOnly || final) refuse("sites that blocks read", hook, "leave the crosscoder out");
  }
  const streams = sites.filter(({ hook }) => STREAM.test(hook));
  if (streams.length > 0 && streams.length < sites.length) {
    refuse(
      "residual streams alone, or none",
      sites.map(siteName).join(", "),
      "take a crosscoder of sites of one kind",
    );
  }
  const order = hookNames(model), carried = streams.length > 0;
  const sorted = sites.map(({ hook }, site) => ({ hook, site }))
    .sort((a, b) => order.indexOf(a.hook) - order.indexOf(b.hook));
  return sorted.map((at, n) => ({
    ...at,
    before: carried && n > 0 ? sorted[n - 1].site : undefined,
  }));
}
