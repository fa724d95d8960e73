/**
 * The activations that a crosscoder may have. To add one: a file beside this one, a line here, its
 * test.
 * @module
 */
import { exactly, type Form, oneOf, type Values } from "../../io/form.ts";
import type { Activation } from "./activation.ts";
import { batchtopk } from "./batch_topk.ts";
import { jumprelu } from "./jumprelu.ts";
import { relu } from "./relu.ts";
import { topk } from "./topk.ts";

/** By the kind that config.json names. */
export const ACTIVATIONS = { jumprelu, relu, topk, batchtopk } as const;

/** Names of the activations, as a coder's config stores them. */
export type ActivationKind = keyof typeof ACTIVATIONS;

/** What config.json says of an activation: { kind: "jumprelu" }, { kind: "topk", k: 32 }. */
export type ActivationConfig = {
  [K in ActivationKind]: { kind: K } & Values<(typeof ACTIVATIONS)[K]["config"]>;
}[ActivationKind];

/** The activation of a configuration, with its types widened. */
export function activationOf(kind: ActivationKind): Activation {
  return ACTIVATIONS[kind] as unknown as Activation;
}

/** What the configuration of an activation has to be, given its kind. */
export function activationForm(found: unknown): Form<ActivationConfig> {
  const kind = oneOf(Object.keys(ACTIVATIONS) as ActivationKind[]);
  const named = (found as ActivationConfig | undefined)?.kind as ActivationKind;
  const fields = Object.hasOwn(ACTIVATIONS, named) ? ACTIVATIONS[named].config : {};
  return exactly({ kind, ...fields }) as unknown as Form<ActivationConfig>;
}

/**
 * The configuration that settings ask for: `kind` and those of the settings that belong into
 * config.json.
 */
export function activationConfig(
  kind: ActivationKind,
  settings: Readonly<Record<string, unknown>>,
): ActivationConfig {
  const names = Object.keys(ACTIVATIONS[kind].config);
  const own = Object.fromEntries(names.map((name) => [name, settings[name]]));
  return { kind, ...own } as ActivationConfig;
}
