/** How latents are ablated: at which sites, and towards what. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { Edit } from "../../model/hook_points.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { outletsOf, type SiteOutlets } from "./outlets.ts";
import { type Removal, removeLatents } from "./remove_latents.ts";

/**
 * Latents leave at all of `sites` (hooks of the crosscoder) at once: f_i d_i with "zero", (f_i −
 * mu_i) d_i with "mean". The error node stays.
 */
export type AblationMode = { sites: readonly string[]; ablation?: "zero" | "mean" };

/**
 * A mode on the device: `from` is the first block that it changes, `output` that of the layer that
 * reads the site where there is one site alone.
 */
export type PreparedMode = {
  name: string;
  ablation: "zero" | "mean";
  from: number;
  output?: string;
  tables: Map<string, Tensor>;
};

/** Modes by their names; dispose of them when done. */
export async function prepareModes(
  model: LanguageModel,
  coder: Crosscoder,
  modes: Record<string, AblationMode>,
): Promise<{ modes: PreparedMode[]; [Symbol.dispose](): void }> {
  using owned = new DisposableStack();
  const bySite = new Map<string, SiteOutlets>();
  for (const site of new Set(Object.values(modes).flatMap(({ sites }) => sites))) {
    const found = await outletsOf(model, coder, site);
    for (const { table } of found.outlets) owned.use(table);
    bySite.set(site, found);
  }
  const prepared = Object.entries(modes).map(([name, { sites, ablation = "zero" }]) => {
    const found = [...new Set(sites)].map((site) => bySite.get(site)!);
    return {
      name,
      ablation,
      from: found.reduce((least, { block }) => Math.min(least, block), Infinity),
      output: found.length === 1 ? found[0].output : undefined,
      tables: new Map(
        found.flatMap(({ outlets }) => outlets.map(({ hook, table }) => [hook, table] as const)),
      ),
    };
  });
  const kept = owned.move();
  return { modes: prepared, [Symbol.dispose]: () => kept.dispose() };
}

/** The edits that take a removal out of a pass whose rows it is for. */
export function editsOf({ tables }: PreparedMode, removal: Removal): Record<string, Edit> {
  return Object.fromEntries(
    [...tables].map(([hook, table]) => [hook, (x: Tensor) => removeLatents(x, table, removal)]),
  );
}
