/**
 * Sites looked up in their models: globs stand for every hook that they match, and all are as many
 * numbers a token.
 *
 *   all            blocks.*.hook_resid_post      every such point, in the model's order
 *   both models    *:blocks.0.hook_resid_post    the same point of each model, in the order of the models
 *   side by side   blocks.0.attn.hook_z          heads one after the other: n_heads · d_head numbers
 *   refused        blocks.0.attn.hook_pattern    its last axis is keys, no width
 * @module
 */
import { expectForm, having, list } from "../../io/form.ts";
import { hookNames, hookPoint, matching } from "../../model/hooks.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { nearestNames } from "../../io/nearest.ts";
import { asSite, type Site, siteForm, type SiteLike, siteName } from "../sites.ts";

/** Single points, and the width that they share. */
export type Sites = { sites: Site[]; d_in: number };

type Models = Readonly<Record<string, Pick<LanguageModel, "architecture" | "config">>>;

/**
 * Expands globs. Throws on points that the models or a crosscoder do not have, on repeated ones, on
 * unlike widths.
 */
export function resolveSites(models: Models, patterns: readonly SiteLike[]): Sites {
  const action = "take sites";
  expectForm(
    action,
    { sites: patterns },
    SITES,
    "name hooks of the model: blocks.*.hook_resid_post, for example",
  );
  const sites = patterns.map(asSite).flatMap((pattern) => matchingSites(models, pattern));
  const names = sites.map(siteName);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) {
    throw new RangeError(
      `Cannot ${action}: expected each hook once but found ${repeated} twice: leave one out`,
    );
  }
  const widths = sites.map((site) => siteWidth(models[site.model], site));
  const other = widths.findIndex((width) => width !== widths[0]);
  if (other >= 0) {
    throw new RangeError(
      `Cannot ${action}: expected hooks of one width, since d_in is one number, but found ` +
        `${widths[0]} at ${names[0]} and ${widths[other]} at ${names[other]}: ` +
        "train a crosscoder for each width",
    );
  }
  return { sites, d_in: widths[0] };
}

const SITES = having({ sites: list(siteForm, { least: 1 }) });

function matchingSites(models: Models, { model, hook }: Site): Site[] {
  const names = Object.keys(models);
  const meant = model === "*" ? names : names.filter((name) => name === model);
  if (meant.length === 0) {
    throw new RangeError(
      `Cannot take sites: expected one of the models ${names.join(", ")} but found "${model}" at ` +
        `${hook}: write { model: "${nearestNames(model, names, 1)[0]}", hook: "${hook}" }`,
    );
  }
  return meant.flatMap((name) =>
    hooksMeant(hook, models[name]).map((found) => ({ model: name, hook: found }))
  );
}

/** Throws on a hook that there is none of, with near names and those that a crosscoder may read. */
function hooksMeant(hook: string, model: Models[string]): string[] {
  try {
    return matching(hook, hookNames(model));
  } catch (cause) {
    const { message } = cause as Error;
    throw new RangeError(`${message.replace(/\?$/, "")}, or take ${takeable(model)}`, { cause });
  }
}

function siteWidth(model: Models[string], site: Site): number {
  const { axis, width } = hookPoint(model, site.hook);
  if (axis !== "width") {
    throw new RangeError(
      "Cannot take sites: expected hooks whose last axis is a width but found " +
        `${siteName(site)}, whose last axis is ` +
        `${axis === "scale" ? "a single number" : "keys"}: take ${takeable(model)}`,
    );
  }
  if (width % 4 !== 0) {
    throw new RangeError(
      `Cannot take sites: expected a width that is a multiple of four but found ${width} at ` +
        `${siteName(site)}: take ${takeable(model) || "a model whose widths are such multiples"}`,
    );
  }
  return width;
}

/** The hooks of such a width, those of all blocks under one name. */
function takeable(model: Models[string]): string {
  const names = hookNames(model).filter((name) => {
    const { axis, width } = hookPoint(model, name);
    return axis === "width" && width % 4 === 0;
  });
  return [...new Set(names.map((name) => name.replace(/^blocks\.\d+/, "blocks.*")))].join(", ");
}
