/**
 * Which latents are active at which tokens: the rows of a sparse matrix, one behind the other.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { activeLatents } from "./active_latents.ts";
 * const { start, latent, act } = activeLatents(Float32Array.of(0, 2, 0, 0, 1, 3), 3);
 * assertEquals([[...start], [...latent], [...act]], [[0, 1, 3], [1, 1, 2], [2, 1, 3]]);
 * ```
 * @module
 */

import { expectNumbers } from "../numerics/numbers.ts";

/**
 * The entries of token t are `start[t]` to `start[t + 1]`, without the last: `start` [tokens + 1];
 * `latent` and `act` [entries], latents rising within a token. Activations are those of a folded
 * crosscoder, at least 0.
 */
export type ActiveLatents = {
  tokens: number;
  d_sae: number;
  start: Uint32Array;
  latent: Uint32Array;
  act: Float32Array;
};

/** The latents above 0 of acts [tokens, d_sae]. Throws on activations that are not finite. */
export function activeLatents(acts: Float32Array, d_sae: number): ActiveLatents {
  const tokens = acts.length / d_sae;
  if (!Number.isInteger(tokens)) {
    throw new RangeError(
      `Cannot list active latents: expected rows of ${d_sae} activations but found ${acts.length} ` +
        "in all: pass acts [tokens, d_sae]",
    );
  }
  const todo = "look at the model and the crosscoder, whose values are too large";
  expectNumbers("list active latents", acts, { todo });
  const entries = acts.reduce((count, act) => count + (act > 0 ? 1 : 0), 0);
  const start = new Uint32Array(tokens + 1);
  const latent = new Uint32Array(entries), act = new Float32Array(entries);
  let at = 0;
  for (let t = 0; t < tokens; t++) {
    for (let i = 0; i < d_sae; i++) {
      const value = acts[t * d_sae + i];
      if (!(value > 0)) continue;
      latent[at] = i;
      act[at++] = value;
    }
    start[t + 1] = at;
  }
  return { tokens, d_sae, start, latent, act };
}

/** The parts of a text, one behind the other. */
export function joinActive(parts: readonly ActiveLatents[], d_sae: number): ActiveLatents {
  const sum = (of: (part: ActiveLatents) => number) => parts.reduce((n, part) => n + of(part), 0);
  const tokens = sum((part) => part.tokens), entries = sum(({ latent }) => latent.length);
  const start = new Uint32Array(tokens + 1);
  const latent = new Uint32Array(entries), act = new Float32Array(entries);
  let token = 0, entry = 0;
  for (const part of parts) {
    for (let t = 1; t <= part.tokens; t++) start[token + t] = entry + part.start[t];
    latent.set(part.latent, entry);
    act.set(part.act, entry);
    token += part.tokens;
    entry += part.latent.length;
  }
  return { tokens, d_sae, start, latent, act };
}

/** Throws `Cannot ${action}: ...` unless entries and tokens go together. */
export function checkActive(action: string, { tokens, d_sae, ...arrays }: ActiveLatents): void {
  const { start, latent, act } = arrays;
  const refuse = (expected: string, found: string) => {
    throw new RangeError(
      `Cannot ${action}: expected ${expected} but found ${found}: make them with activeLatents`,
    );
  };
  if (start.length !== tokens + 1) {
    refuse(`${tokens + 1} starts, one a token and the end,`, `${start.length}`);
  }
  if (start[0] !== 0) refuse("a first token that starts at entry 0", `${start[0]}`);
  if (latent.length !== start[tokens] || act.length !== start[tokens]) {
    refuse(`${start[tokens]} latents and activations`, `${latent.length} and ${act.length}`);
  }
  for (let t = 0; t < tokens; t++) {
    if (start[t] > start[t + 1]) refuse("starts that rise", `${start[t]} before ${start[t + 1]}`);
    for (let e = start[t]; e < start[t + 1]; e++) {
      if (e > start[t] && latent[e - 1] >= latent[e]) {
        refuse("latents that rise within a token", `${latent[e - 1]} before ${latent[e]}`);
      }
      if (latent[e] >= d_sae) refuse(`latents below ${d_sae}`, `${latent[e]}`);
      if (!(act[e] >= 0 && act[e] < Infinity)) {
        refuse("finite activations of at least 0", `${act[e]}`);
      }
    }
  }
}
