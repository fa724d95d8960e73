/**
 * The sites of a crosscoder: hooks of a model, by name or glob, whose activations are as many numbers a token.
 *
 *   all            blocks.*.hook_resid_post      globs stand for every point that they match, in the model's order
 *   side by side   blocks.0.attn.hook_z          heads one after the other: n_heads · d_head numbers
 *   refused        blocks.0.attn.hook_pattern    its last axis is keys, no width
 * @module
 */
import { expectForm, having, list, text } from "../io/form.ts";
import type { GptNeoConfig } from "../model/config.ts";
import { hookNames, hookWidth, matching } from "../model/hooks.ts";

/** Names of single points, and the width that they share. */
export type Sites = { sites: string[]; d_in: number };

/** Every residual stream of a model: what enters the first block and what leaves each. */
export function residualSites(n_layers: number): string[] {
  const post = hookNames(n_layers).filter((name) => name.endsWith(".hook_resid_post"));
  return ["blocks.0.hook_resid_pre", ...post];
}

/** Expands globs. Throws on points that the model or a crosscoder does not have, on repeated ones, on unlike widths. */
export function resolveSites(config: GptNeoConfig, patterns: readonly string[]): Sites {
  const action = "take sites";
  expectForm(action, { sites: patterns }, SITES, `name hooks of the model: ${takeable()}`);
  const all = hookNames(config.n_layers);
  const sites = patterns.flatMap((pattern) => matching(pattern, all));
  const repeated = sites.find((site, i) => sites.indexOf(site) < i);
  if (repeated !== undefined) {
    throw new RangeError(
      `Cannot ${action}: expected each hook once but found ${repeated} twice: leave one out`,
    );
  }
  const widths = sites.map((site) => siteWidth(config, site));
  const other = widths.findIndex((width) => width !== widths[0]);
  if (other >= 0) {
    throw new RangeError(
      `Cannot ${action}: expected hooks of one width, since d_in is one number, but found ` +
        `${widths[0]} at ${sites[0]} and ${widths[other]} at ${sites[other]}: ` +
        "train a crosscoder for each width",
    );
  }
  return { sites, d_in: widths[0] };
}

const SITES = having({ sites: list(text, { least: 1 }) });

function siteWidth(config: GptNeoConfig, site: string): number {
  const width = hookWidth(config, site);
  if (width === undefined) {
    throw new RangeError(
      "Cannot take sites: expected hooks whose last axis is a width but found " +
        `${site}, whose last axis is ${/scale$/.test(site) ? "a single number" : "keys"}: ` +
        `take ${takeable()}`,
    );
  }
  if (width % 4 !== 0) {
    throw new RangeError(
      `Cannot take sites: expected a width that is a multiple of four but found ${width} at ` +
        `${site}: take a hook of width d_model, ${config.d_model}`,
    );
  }
  return width;
}

/** The hooks of one block and of the ends that have a width. */
function takeable(): string {
  const sizes = { d_model: 4, d_mlp: 4 };
  return hookNames(1).filter((name) => hookWidth(sizes, name) !== undefined)
    .map((name) => name.replace("blocks.0", "blocks.*")).join(", ");
}
