/** What an edit takes out of a model: a latent of a crosscoder, or a vector at hooks. @module */

/**
 * `at`: by hook [width], in raw units, of norm 1 over all its sites together.
 */
export type Direction =
  | { kind: "latent"; latent: number }
  | { kind: "vector"; at: ReadonlyMap<string, Float32Array> };
