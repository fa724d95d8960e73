/**
 * The fields of Hugging Face's config.json that say how positions turn: rope_parameters, or its
 * older forms rope_scaling and rope_theta, in transformers' order of precedence (5.24).
 * @module
 */
import {
  anything,
  expectForm,
  having,
  maybe,
  number,
  orNull,
  where,
  whole,
} from "../../io/form.ts";
import { checkScaling, type Rotary } from "../components/rotary_scaling.ts";

const PLAIN_OBJECT = where<Record<string, unknown>>(
  "an object",
  (x) => typeof x === "object" && x !== null && !Array.isArray(x),
);
const FIELDS = having({
  rope_parameters: maybe(orNull(PLAIN_OBJECT)),
  rope_scaling: maybe(orNull(PLAIN_OBJECT)),
  rope_theta: maybe(number({ above: 1 })),
  partial_rotary_factor: maybe(anything),
  original_max_position_embeddings: maybe(whole(1)),
});

/**
 * What a head's numbers turn by. `pct` is the part of a head that turns, by default that of the
 * fields; `theta` the base where the fields name none. Throws `Cannot ${action}: ...: ${todo}` on
 * fields of no kind that is computed here, and on an odd number of turning numbers.
 */
export function readRope(
  action: string,
  json: unknown,
  { d_head, n_ctx, pct, theta = 10_000, todo }: {
    d_head: number;
    n_ctx: number;
    pct?: number;
    theta?: number;
    todo: string;
  },
): Rotary {
  const given = expectForm(action, json, FIELDS, todo);
  const older = Object.keys(given.rope_scaling ?? {}).length > 0 ? given.rope_scaling : undefined;
  const { type, rope_type = type ?? "default", ...parameters } = older ?? given.rope_parameters ??
    {};
  const {
    rope_theta = given.rope_theta ?? theta,
    partial_rotary_factor = given.partial_rotary_factor ?? pct ?? 1,
    ...scaling
  } = parameters;
  const checked = expectForm(
    action,
    { rope_theta, partial_rotary_factor },
    having({
      rope_theta: number({ above: 1 }),
      partial_rotary_factor: number({ above: 0, most: 1 }),
    }),
    todo,
  );
  const dim = Math.floor(d_head * checked.partial_rotary_factor);
  if (dim < 2 || dim % 2 !== 0) {
    throw new RangeError(
      `Cannot ${action}: expected an even number of turning numbers in a head but found ${dim} of ` +
        `${d_head}: ${todo}`,
    );
  }
  const rotary = { dim, theta: checked.rope_theta };
  if (rope_type === "default") {
    expectForm(action, scaling, NOTHING, todo);
    return rotary;
  }
  const long = rope_type === "llama3" || rope_type === "yarn";
  const original = given.original_max_position_embeddings ??
    scaling.original_max_position_embeddings ?? n_ctx;
  const whole = {
    rope_type,
    ...scaling,
    ...long && { original_max_position_embeddings: original },
    ...rope_type === "yarn" && scaling.factor === null &&
      { factor: n_ctx / Number(original) },
  };
  return { ...rotary, scaling: checkScaling(action, whole, todo) };
}

const NOTHING = where<object>(
  "no numbers beside rope_type default",
  (x) => Object.keys(x as object).length === 0,
);

/** The fields that `readRope` reads the same from. */
export function ropeParameters({ theta, scaling }: Rotary, pct = 1): Record<string, unknown> {
  return {
    rope_type: "default",
    ...scaling,
    rope_theta: theta,
    ...pct !== 1 && { partial_rotary_factor: pct },
  };
}
