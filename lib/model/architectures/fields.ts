/**
 * The fields of Hugging Face's config.json that decide what a model computes, read as transformers
 * reads them (5.24): what is absent has its default. What would change the function and is not
 * computed here is refused; all else, such as dropout, is for training there.
 * @module
 */
import {
  expectForm,
  type Fields,
  flag,
  having,
  maybe,
  orNull,
  type Values,
  where,
} from "../../io/form.ts";
import { show } from "../../io/show.ts";

/** The fields of one architecture. */
export type FieldRules<F extends Fields, D extends Partial<Values<F>>> = {
  /** The architecture in an error's words: "GPT-Neo". */
  name: string;
  forms: F;
  /** Values of absent fields. */
  defaults: D;
  /** Names that transformers takes for the architecture's own. */
  aliases?: Record<string, keyof F & string>;
  /** Names of other architectures, which transformers would pass over here. */
  foreign?: Record<string, keyof F & string>;
  /** Values that follow from others where they are absent. */
  derived?: (fields: ReadFields<F, D>) => Partial<Values<F>>;
  /** Fields that would change the function, each with the only value of it that does not. */
  notComputed?: Record<string, unknown>;
};

/** What a checkpoint of any architecture can say of itself and is not computed here. */
export const NOT_COMPUTED = {
  add_cross_attention: false,
  is_encoder_decoder: false,
  pruned_heads: {},
  quantization_config: null,
  auto_map: null, // code that comes with the model
};

/** Whether the unembedding is the embedding. */
export const TIE = { tie_word_embeddings: maybe(flag) };

/** The fields with their defaults. */
export type ReadFields<F extends Fields, D> =
  & Omit<Values<F>, keyof D & string>
  & { [name in keyof D & keyof Values<F>]: NonNullable<Values<F>[name]> };

/**
 * Reads config.json's fields. Throws a RangeError, `Cannot ${action}: ...: ${todo}`, at the first
 * that is not the architecture's.
 */
export function readFields<F extends Fields, D extends Partial<Values<F>>>(
  action: string,
  json: unknown,
  rules: FieldRules<F, D>,
  { todo }: { todo: string },
): ReadFields<F, D> {
  const { name: architecture, forms, defaults, aliases, foreign, notComputed = NOT_COMPUTED } =
    rules;
  const found = expectForm(action, json, having({ ...forms, ...withoutEffect(notComputed) }), todo);
  const others = found as Record<string, unknown>;
  const fail = (name: string, other: string, own = others[name]): never => {
    throw new RangeError(
      `Cannot ${action}: expected ${architecture}'s ${name} alone but found ${other} ` +
        `${show(others[other])} beside ${name} ${show(own)}: ${todo}`,
    );
  };
  const aliased: Record<string, unknown> = {};
  for (const [other, name] of Object.entries(aliases ?? {})) {
    if (others[other] === undefined) continue;
    expectForm(action, others, having({ [other]: forms[name] }), todo);
    if ((others[name] ?? others[other]) !== others[other]) fail(name, other);
    aliased[name] = others[other];
  }
  const given = Object.entries(others).filter(([name, value]) =>
    name in forms && value !== undefined
  );
  const fields: Record<string, unknown> = {
    ...defaults,
    ...aliased,
    ...Object.fromEntries(given),
  };
  Object.assign(fields, rules.derived?.(fields as ReadFields<F, D>));
  for (const [other, name] of Object.entries(foreign ?? {})) {
    if ((others[other] ?? fields[name]) !== fields[name]) fail(name, other, fields[name]);
  }
  return fields as ReadFields<F, D>;
}

function withoutEffect(notComputed: Record<string, unknown>): Fields {
  return Object.fromEntries(
    Object.entries(notComputed).map(([name, value]) => [
      name,
      maybe(orNull(where(`${show(value)} or absent`, (x) => show(x) === show(value)))),
    ]),
  );
}
