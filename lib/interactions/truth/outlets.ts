/**
 * Where the latents of a site can be taken out of a forward pass, and what one unit of each adds
 * there. A stream is edited itself. What lies behind a layer norm and before its weights is only
 * looked at, so that its latents leave where they are read: at the pre-activations of the MLP, or at
 * queries, keys and values.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { siteName } from "../../crosscoder/sites.ts";
import { hookNames, hookPoint, readingPoints } from "../../model/hooks.ts";
import type { HookPoint } from "../../model/hook_points.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { type HostArray, type Tensor, upload } from "../../tensor/tensor.ts";
import { headsOf } from "../attention/heads.ts";
import { mlpOf } from "../players/mlp.ts";
import { decoderOf } from "../players/players.ts";

/** A point of the forward pass and what one unit of each latent adds there [d_sae, width]. */
export type Outlet = { hook: string; table: Tensor };

/**
 * A site's outlets, the block in which it lies, and the output of the layer that reads next behind
 * it, where one does.
 */
export type SiteOutlets = { block: number; output?: string; outlets: Outlet[] };

/** The sites of the crosscoder that an MLP or attention reads, block by block. */
export function inputSites(model: LanguageModel, { config: { sites } }: Crosscoder): string[] {
  const { attention, mlp } = readingPoints(model), reads = new Set([...attention, ...mlp]);
  return sites.map(({ hook }) => hook).filter((hook) => reads.has(hook));
}

/**
 * The outlets of one site of a folded crosscoder, whose tables belong to the caller. Throws on a
 * site that the crosscoder does not have, and on one that no later layer reads.
 */
export async function outletsOf(
  model: LanguageModel,
  coder: Crosscoder,
  site: string,
): Promise<SiteOutlets> {
  const { gpu } = model, action = `ablate latents at ${site}`;
  const number = coder.config.sites.findIndex(({ hook }) => hook === site);
  if (number < 0) {
    throw new RangeError(
      `Cannot ${action}: expected a site of the crosscoder (${
        coder.config.sites.map(siteName).join(", ")
      }) but found none of that name: name one of these`,
    );
  }
  const { readOnly, readBy } = hookPoint(model, site);
  const { block, output } = placeOf(model, site);
  using decoder = upload(gpu, decoderOf(coder, number));
  const through = (hook: string, W: HostArray, form: "NN" | "NT"): Outlet => {
    using weights = upload(gpu, W);
    return { hook, table: matmul(decoder, weights, form) };
  };
  if (!readOnly) {
    return {
      block,
      output,
      outlets: [{ hook: site, table: upload(gpu, decoderOf(coder, number)) }],
    };
  }
  if (readBy === "mlp") {
    const { W_in } = await mlpOf(model, block);
    return { block, output, outlets: [through(`blocks.${block}.mlp.hook_pre`, W_in, "NT")] };
  }
  if (readBy === "attention") {
    const { W_Q, W_K, W_V } = await headsOf(model, block);
    const outlets = Object.entries({ q: W_Q, k: W_K, v: W_V }).map(([part, W]) =>
      through(`blocks.${block}.attn.hook_${part}`, W, "NN")
    );
    return { block, output, outlets };
  }
  throw new RangeError(
    `Cannot ${action}: expected a stream, or what an MLP or attention reads, but found a point that ` +
      "is only looked at: ablate at another site",
  );
}

/** The block of a site, and the output of the layer that reads next. */
function placeOf(model: LanguageModel, site: string): { block: number; output?: string } {
  const block = Number(/^blocks\.(\d+)\./.exec(site)?.[1] ?? 0);
  const names = hookNames(model);
  const reader = names.slice(names.indexOf(site)).map((name) => hookPoint(model, name))
    .find((point) => point.readBy !== undefined);
  return { block, output: reader && outputOf(reader) };
}

function outputOf({ name, readBy }: HookPoint): string {
  const block = name.split(".").slice(0, 2).join(".");
  return `${block}.hook_${readBy === "mlp" ? "mlp" : "attn"}_out`;
}
