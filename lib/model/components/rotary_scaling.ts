/**
 * The frequencies of rotary position embedding, and the ways to stretch them to longer sequences,
 * under the names that transformers gives them (modeling_rope_utils of 5.24). In float64.
 *
 *   frequency[f] = theta^(−2 f / dim)     f < dim / 2, in radians a position (arXiv 2104.09864, section 3.3)
 *   linear       frequency / factor
 *   dynamic      as they are: only beyond n_ctx, which no sequence reaches here, does theta grow
 *   llama3       long waves / factor, short ones as they are, those between mixed
 *   yarn         the same by a ramp over the numbers of a head (arXiv 2309.00071, sections 3.2 and 3.4)
 *
 * longrope is not among them: which of its two lists holds depends on the length of each sequence.
 * @module
 */
import {
  exactly,
  expectForm,
  flag,
  type Form,
  having,
  maybe,
  number,
  oneOf,
  orNull,
  whole,
} from "../../io/form.ts";

/** Scaling of rotary frequencies by their wavelength, as Llama 3.1 has it. */
export type Llama3 = {
  rope_type: "llama3";
  factor: number;
  low_freq_factor: number;
  high_freq_factor: number;
  original_max_position_embeddings: number;
};
/** Scaling of rotary frequencies by YaRN (Peng et al. 2023, arXiv 2309.00071). */
export type Yarn = {
  rope_type: "yarn";
  factor: number;
  original_max_position_embeddings: number;
  attention_factor?: number | null;
  beta_fast?: number | null;
  beta_slow?: number | null;
  mscale?: number | null;
  mscale_all_dim?: number | null;
  truncate?: boolean;
};

/** One way to stretch the frequencies, with its numbers. */
export type RotaryScaling =
  | { rope_type: "linear" | "dynamic"; factor: number }
  | Llama3
  | Yarn;

/** `dim` numbers of each head turn; `theta` is the base of the wave lengths. */
export type Rotary = { dim: number; theta: number; scaling?: RotaryScaling };

const ABOVE = number({ above: 0 }), maybeAbove = maybe(orNull(ABOVE));
const FACTOR = { factor: ABOVE };
const ORIGINAL = { original_max_position_embeddings: whole(1) };
const KINDS = {
  linear: exactly({ rope_type: oneOf(["linear"]), ...FACTOR }),
  dynamic: exactly({ rope_type: oneOf(["dynamic"]), ...FACTOR }),
  llama3: exactly({
    rope_type: oneOf(["llama3"]),
    ...FACTOR,
    ...ORIGINAL,
    low_freq_factor: ABOVE,
    high_freq_factor: ABOVE,
  }),
  yarn: exactly({
    rope_type: oneOf(["yarn"]),
    ...FACTOR,
    ...ORIGINAL,
    attention_factor: maybeAbove,
    beta_fast: maybeAbove,
    beta_slow: maybeAbove,
    mscale: maybeAbove,
    mscale_all_dim: maybeAbove,
    truncate: maybe(flag),
  }),
};

/** The kinds of scaling that are computed here. */
const ROTARY_SCALINGS = Object.keys(KINDS) as (keyof typeof KINDS)[];

/**
 * The scaling itself. Throws `Cannot ${action}: ...: ${todo}` on a kind that is not computed here,
 * and on numbers that it lacks.
 */
export function checkScaling(
  action: string,
  found: { rope_type?: unknown },
  todo: string,
): RotaryScaling {
  const reason = found.rope_type === "longrope"
    ? "which of longrope's two lists of factors holds depends on the length of each sequence, " +
      "which keys that are kept cannot follow; "
    : "";
  const kind = having({ rope_type: oneOf(ROTARY_SCALINGS) });
  const { rope_type: of } = expectForm(action, found, kind, reason + todo);
  return expectForm(action, found, KINDS[of] as Form<RotaryScaling>, todo);
}

/** Radians a position of each pair of numbers [dim / 2], and what cosine and sine are multiplied by. */
export function rotaryFrequencies(
  { dim, theta, scaling }: Rotary,
): { frequencies: Float64Array; factor: number } {
  const plain = Float64Array.from({ length: dim / 2 }, (_, f) => theta ** (-2 * f / dim));
  switch (scaling?.rope_type) {
    case "linear":
      return { frequencies: plain.map((frequency) => frequency / scaling.factor), factor: 1 };
    case "llama3":
      return { frequencies: plain.map((frequency) => llama3(frequency, scaling)), factor: 1 };
    case "yarn":
      return {
        frequencies: plain.map((frequency, f) => {
          const kept = yarnShare(f, { dim, theta }, scaling);
          return frequency * kept + frequency / scaling.factor * (1 - kept);
        }),
        factor: yarnFactor(scaling),
      };
    default:
      return { frequencies: plain, factor: 1 };
  }
}

function llama3(frequency: number, scaling: Llama3): number {
  const { factor, low_freq_factor: low, high_freq_factor: high } = scaling;
  const turns = scaling.original_max_position_embeddings * frequency / (2 * Math.PI);
  if (turns > high) return frequency;
  if (turns < low) return frequency / factor;
  const share = low === high ? 1 : (turns - low) / (high - low);
  return (1 - share) * frequency / factor + share * frequency;
}

/** How much of the frequency of pair f stays as it is. */
function yarnShare(f: number, { dim, theta }: Rotary, scaling: Yarn): number {
  const { original_max_position_embeddings: n_ctx, truncate = true } = scaling;
  const place = (turns: number) =>
    dim * Math.log(n_ctx / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  const [first, last] = [place(scaling.beta_fast ?? 32), place(scaling.beta_slow ?? 1)];
  const low = Math.max(truncate ? Math.floor(first) : first, 0);
  const high = Math.min(truncate ? Math.ceil(last) : last, dim - 1);
  const ramp = (f - low) / (low === high ? 0.001 : high - low);
  return 1 - Math.min(1, Math.max(0, ramp));
}

function yarnFactor({ factor, attention_factor, mscale, mscale_all_dim }: Yarn): number {
  const of = (scale = 1) => factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  if (typeof attention_factor === "number") return attention_factor;
  return mscale && mscale_all_dim ? of(mscale) / of(mscale_all_dim) : of();
}
