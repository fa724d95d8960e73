// Four latents: 0 at the bottom left, causal and labelled; 1 below one cut, necessary alone; 2 below neither, causal;
// 3 dead on the examples and of no effect.
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { causalSummary, ownCounts, pooledSummary } from "../../../lib/diff/causal/summary.ts";

const rows = [
  { latent: 0, x: 0.1, y: 0.2, active: true, quadrant10: "max_change_DM" as const, labelled: true },
  { latent: 1, x: 0.2, y: 0.9, active: true, quadrant10: "max_change_D" as const, labelled: true },
  {
    latent: 2,
    x: 0.95,
    y: 0.9,
    active: true,
    quadrant10: "min_change_DM" as const,
    labelled: false,
  },
  { latent: 3, x: 0, y: 0, active: false, quadrant10: "max_change_DM" as const, labelled: false },
];
const latents = [[true, true], [true, false], [true, true], [false, false]]
  .map(([necessary, causal]) => ({
    ...{ logOdds: 0, KL: 0, payload: 1, clean: 0, necessary, causal },
    halves: [{ logOdds: 0, KL: 0 }, { logOdds: 0, KL: 0 }] as [
      { logOdds: number; KL: number },
      { logOdds: number; KL: number },
    ],
  }));

Deno.test("causalSummary() counts by place of the scatter, and ranks by rotation and label", () => {
  assertEquals(causalSummary(rows, { latents }), {
    latents: 3,
    necessary: 3,
    causal: 2,
    labelled: 2,
    labelledCausal: 1,
    places: {
      "both": { latents: 1, causal: 1 },
      "one axis": { latents: 1, causal: 0 },
      "neither": { latents: 1, causal: 1 },
    },
    rotation: 0.5, // max(x, y): 0.2 below 0.9, 0.95 above it
    label: 0.25, // one causal latent ties with the labelled other, one lies above it
  });
  const none = latents.map((one) => ({ ...one, causal: false }));
  assertEquals("rotation" in causalSummary(rows, { latents: none }), false);
});

Deno.test("pooledSummary() adds up counts, and spreads areas over the dictionaries that have one", () => {
  const one = causalSummary(rows, { latents });
  const other = { ...one, rotation: 0.9, label: undefined };
  const { dictionaries, causal, places, rotation, label } = pooledSummary([one, other]);
  assertEquals([dictionaries, causal, places.both, label?.n], [2, 4, { latents: 2, causal: 2 }, 1]);
  assertAlmostEquals(rotation!.mean, 0.7);
  assertAlmostEquals(rotation!.sd, 0.4 / Math.SQRT2);
  assertThrows(() => pooledSummary([]), RangeError, "expected at least one");
});

Deno.test("ownCounts() tells vectors that would be called causal from those that do as much", () => {
  const half = { logOdds: 1, KL: 1 }, change = (by: number) => ({ logOdds: -by, KL: -by });
  const draws = (...by: [number, number?][]) =>
    by.map(([fall, clean]) => ({
      halves: [change(fall), change(fall)] as [typeof half, typeof half],
      clean,
    }));
  const fallen = latents.map((latent) => ({
    ...latent,
    halves: [change(4), change(3)] as [typeof half, typeof half],
  }));
  const truth = {
    floor: { halves: [half, half] as [typeof half, typeof half] },
    latents: fallen,
    own: [
      { latent: 0, keep: "norms" as const, draws: draws([0.5], [3, 0]) }, // one is causal, and does less
      { latent: 1, keep: "norms" as const, draws: draws([0.5], [0.5]) }, // necessary alone: not asked
      { latent: 2, keep: "norms" as const, draws: draws([0.5], [3.5, 1]) }, // one does as much, and harms
      { latent: 0, keep: "norms and angles" as const, draws: draws([0.5]) },
    ],
  };
  assertEquals(ownCounts(truth, "norms"), {
    called: { count: 1, of: 4 },
    unreached: { count: 1, of: 2 }, // 2
    unmatched: { count: 1, of: 2 }, // 0
    draws: 2,
  });
  assertEquals(ownCounts(truth, "norms and angles").unmatched, { count: 1, of: 1 });
  assertEquals(ownCounts({ ...truth, own: [] }, "norms").called, { count: 0, of: 0 });
});
