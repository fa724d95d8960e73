/** Which attention each block has, and the two forms in which Hugging Face writes it. @module */
import { type Form, list, maybe, oneOf, orNull, pair, whole } from "../../../io/form.ts";
import { show } from "../../../io/show.ts";

/** Global attention sees all earlier tokens, local attention the last `window` of them. */
export type AttentionKind = "global" | "local";

export const KINDS: Form<AttentionKind[]> = list(oneOf(["global", "local"]));

/**
 * The fields of config.json: attention_types [[kinds, times], ...] and attention_layers [kind,
 * ...].
 */
export const ATTENTION_FIELDS = {
  attention_types: maybe(orNull(list(pair(KINDS, whole(1))))),
  attention_layers: maybe(orNull(KINDS)),
};

/** What GPT-Neo has where config.json says nothing (transformers' GPTNeoConfig). */
const DEFAULT_TYPES: [AttentionKind[], number][] = [[["global", "local"], 12]];

/**
 * The kind of each of `n_layers` blocks. Throws where the two fields disagree or describe another
 * number of blocks.
 */
export function attentionKinds(
  action: string,
  { attention_types: types, attention_layers: layers }: {
    attention_types?: [AttentionKind[], number][] | null;
    attention_layers?: AttentionKind[] | null;
  },
  { n_layers, todo }: { n_layers: number; todo: string },
): AttentionKind[] {
  const fail = (expected: string, found: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (layers && layers.length !== n_layers) {
    fail(`attention_layers for ${n_layers} blocks`, `${layers.length} of them`);
  }
  if (layers && !types) return layers;
  const pairs = types ?? DEFAULT_TYPES;
  const blocks = pairs.reduce((sum, [kinds, times]) => sum + kinds.length * times, 0);
  if (blocks !== n_layers) {
    const found = types ? show(types) : `none, which stands for ${show(DEFAULT_TYPES)}`;
    fail(`attention_types for ${n_layers} blocks`, `${found}, ${blocks} blocks`);
  }
  const kinds = pairs.flatMap(([kinds, times]) =>
    Array.from({ length: times }, () => kinds).flat()
  );
  const differing = layers?.findIndex((kind, l) => kind !== kinds[l]) ?? -1;
  if (differing !== -1) {
    fail(
      "attention_types and attention_layers that agree",
      `block ${differing} ${kinds[differing]} in the one and ${layers![differing]} in the other`,
    );
  }
  return kinds;
}
