import { assertEquals } from "@std/assert";
import { archetypes, neighbourCosines } from "../../../lib/diff/stages/archetypes.ts";

/** Three sites of two numbers. */
const LATENTS = {
  spread: [1, 0, 1, 0, 1, 0.2],
  single: [0, 0, 2, 0, 0, 0],
  steady: [0, 1, 0, 1, 0, 1],
  turning: [1, 0, 1, 1, 0, 1],
  jumping: [1, 0, -1, 0, 1, 0],
};
const names = Object.keys(LATENTS) as (keyof typeof LATENTS)[];
const data = Float32Array.from(Object.values(LATENTS).flat());
const W_dec = { shape: [names.length, 3, 2], data };
const all = [...names.keys()];
const named = (found: ReturnType<typeof archetypes>) =>
  Object.fromEntries(
    Object.entries(found).map(([kind, i]) => [kind, i === undefined ? i : names[i]]),
  );

Deno.test("archetypes() finds the clearest latent of each kind", () => {
  assertEquals(named(archetypes(W_dec, all)), {
    "one site": "single",
    "one direction": "steady",
    // neighbours 0.707 alike, first and last not at all; the jumping one comes back to where it was
    "turning direction": "turning",
  });
});

Deno.test("archetypes() weighs sites by their scale, and says where there is none", () => {
  // at the last site alone all but the single one live now
  const last = named(archetypes(W_dec, all, { scale: [1, 1, 100] }));
  assertEquals(last["one direction"], undefined);
  assertEquals(named(archetypes(W_dec, [names.indexOf("single")])), {
    "one site": "single",
    "one direction": undefined,
    "turning direction": undefined,
  });
  assertEquals(archetypes(W_dec, []), {
    "one site": undefined,
    "one direction": undefined,
    "turning direction": undefined,
  });
});

Deno.test("neighbourCosines() takes the places beside the diagonal", () => {
  assertEquals(neighbourCosines([1, 0.1, 0.2, 0.1, 1, 0.3, 0.2, 0.3, 1], 3), [0.1, 0.3]);
});
