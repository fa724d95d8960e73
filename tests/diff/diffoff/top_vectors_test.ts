// Heads of lists as vectors, and what two of them have in common.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Found } from "../../../lib/diff/methods/method.ts";
import { headOf, overlap } from "../../../lib/diff/diffoff/top_vectors.ts";

const cost = { flops: 0, bytes: 0 };

function vectors(rows: Record<string, number[]>[]): Found {
  const directions = rows.map((at) => ({
    kind: "vector" as const,
    at: new Map(Object.entries(at).map(([hook, values]) => [hook, Float32Array.from(values)])),
  }));
  return { directions, scores: rows.map((_, i) => -i), cost };
}

Deno.test("the head of latents is their decoders, of norm 1 over all sites, in the list's order", () => {
  const sites = ["a", "b"].map((hook) => ({ model: "model", hook }));
  const W_dec = { shape: [2, 2, 2], data: Float32Array.of(3, 0, 0, 4, 0, 0, 2, 0) };
  const coder = {
    config: { sites, d_in: 2, d_sae: 2 },
    arrays: { W_dec },
  } as unknown as Found["coder"];
  const latent = (latent: number) => ({ kind: "latent" as const, latent });
  const { a, b } = headOf({ coder, directions: [latent(1), latent(0)], scores: [2, 1], cost });
  assertEquals([a.shape, [...a.data]], [[2, 2], [0, 0, ...Float32Array.of(0.6, 0)]]);
  assertEquals([...b.data], [1, 0, ...Float32Array.of(0, 0.8)]);
});

const heads = (...rows: Record<string, number[]>[]) => headOf(vectors(rows));

Deno.test("two lists share what points the same way, or the opposite one, at a hook of both", () => {
  const one = heads({ a: [1, 0] }, { a: [0, 1] }, { b: [1, 0] }, { a: [0, 0.6], b: [0.8, 0] });
  assertEquals(overlap(one, one), 1);
  const other = heads({ a: [-1, 0] }, { c: [0, 1] }); // turned round; another hook
  assertAlmostEquals(overlap(one, other)!, (1 / 4 + 1 / 2) / 2);
  assertEquals(overlap(one, other), overlap(other, one));
  assertEquals(overlap(heads({ c: [1, 0] }, { a: [1, 0] }), heads({ a: [1, 0] }), 1), null); // beyond the first
});

Deno.test("a direction at one hook is compared with a latent's part there, however short it is", () => {
  const latent = heads({ a: [0.4, 0], b: [0, 0.9] });
  assertEquals(overlap(latent, heads({ a: [1, 0] })), 1); // the whole cosine would be 0.4
  assertEquals(overlap(latent, heads({ a: [0.69, 0.72] })), 0); // 0.69 is below 0.7
  assertEquals(overlap(heads({ a: [0.01, 0], b: [0, 1] }), heads({ a: [1, 0], b: [1, 0] })), 0); // hardly a part
});

Deno.test("lists without a hook in common, and empty ones, cannot be compared", () => {
  assertEquals(overlap(heads({ a: [1, 0] }), heads({ b: [1, 0] })), null);
  assertEquals(overlap(heads({ a: [1, 0] }), heads()), null);
});
