/**
 * Hooks: named points of a forward pass where tensors can be read (cached) or replaced (edited), with the names of
 * TransformerLens. Names may be globs: `blocks.*.hook_resid_post`.
 * @module
 */
import { exactly, expectForm, whole } from "../io/form.ts";
import { nearestNames } from "../io/nearest.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { GptNeoConfig } from "./config.ts";

/**
 * Replaces the tensor at a point by another of the same shape and dtype, or leaves it: then it returns the tensor that it
 * was given, or nothing. It is called while the pass runs, so it cannot wait for values.
 *
 * Who owns what: the tensor that an edit is given is lent to it for the call, not to be written or released. A tensor
 * that was there before stays its maker's, whether the edit returns it or not, once or for every layer. What the edit
 * makes goes with the run: it is released together with the run's logits. `keep(tensor)` keeps a tensor of either kind
 * beyond that. Whoever uses a tensor after its time gets an error, never other numbers.
 */
export type Edit = (tensor: Tensor, name: string) => Tensor | undefined | void;

/** What a forward pass should keep and change; several edits of one point follow one another. */
export type Hooks = {
  cache: Map<string, Tensor>;
  wanted: Set<string>;
  edits: Map<string, Edit[]>;
};

/** Of a model: without it a list of hooks would be short and look whole. */
const LAYERS = exactly({ n_layers: whole(1) });

/** The points of a GPT-Neo, in the order of the computation. */
export function hookNames(n_layers: number): string[] {
  expectForm("name hooks", { n_layers }, LAYERS, "pass model.config.n_layers");
  const names = ["hook_embed", "hook_pos_embed"];
  for (let l = 0; l < n_layers; l++) {
    const block = [
      "hook_resid_pre",
      "ln1.hook_scale",
      "ln1.hook_normalized",
      "attn.hook_q",
      "attn.hook_k",
      "attn.hook_v",
      "attn.hook_attn_scores",
      "attn.hook_pattern",
      "attn.hook_z",
      "hook_attn_out",
      "hook_resid_mid",
      "ln2.hook_scale",
      "ln2.hook_normalized",
      "mlp.hook_pre",
      "mlp.hook_post",
      "hook_mlp_out",
      "hook_resid_post",
    ];
    names.push(...block.map((name) => `blocks.${l}.${name}`));
  }
  return [...names, "ln_final.hook_scale", "ln_final.hook_normalized"];
}

/** Points that are only computed for the cache: nothing downstream reads them, so an edit would be silently lost. */
const READ_ONLY = /hook_(embed|pos_embed|scale|normalized|attn_scores|pattern)$/;

/** Whether later layers do not read what stands at a point, so that it cannot be replaced. */
export function isReadOnly(name: string): boolean {
  return READ_ONLY.test(name);
}

/**
 * How wide a token's activations are at a point, heads side by side as SAELens has them; undefined where the last axis
 * is none of the model's widths, as it is of scales, attention scores and patterns.
 */
export function hookWidth(
  { d_model, d_mlp }: Pick<GptNeoConfig, "d_model" | "d_mlp">,
  name: string,
): number | undefined {
  if (/hook_(scale|attn_scores|pattern)$/.test(name)) return undefined;
  return /mlp\.hook_(pre|post)$/.test(name) ? d_mlp : d_model;
}

/** Resolves names and globs; throws on a name that the model does not have or an edit that could have no effect. */
export function makeHooks(
  n_layers: number,
  { wanted = [], edits = {} }: { wanted?: readonly string[]; edits?: Record<string, Edit> },
): Hooks {
  const all = hookNames(n_layers);
  const resolved = new Map<string, Edit[]>();
  for (const [pattern, edit] of Object.entries(edits)) {
    for (const name of matching(pattern, all)) {
      if (READ_ONLY.test(name)) {
        throw new RangeError(
          `Cannot edit ${name}: expected a point that later layers read but found one that is only ` +
            "computed on demand: edit hook_resid_pre, hook_q, hook_k, hook_v, hook_z or an output",
        );
      }
      resolved.set(name, [...resolved.get(name) ?? [], edit]);
    }
  }
  return {
    cache: new Map(),
    wanted: new Set(wanted.flatMap((pattern) => matching(pattern, all))),
    edits: resolved,
  };
}

/** The names that a name or glob stands for; throws where it stands for none. */
export function matching(pattern: string, names: string[]): string[] {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^.]*");
  const found = names.filter((name) => new RegExp(`^${escaped}$`).test(name));
  if (found.length > 0) return found;
  throw new RangeError(
    `Cannot find hook: expected a point of the model but found "${pattern}": ` +
      `did you mean ${nearestNames(pattern, names).join(" or ")}?`,
  );
}
