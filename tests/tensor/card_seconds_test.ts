// Planned work on a card, against what its peaks allow.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CARDS, peakFlops } from "../../lib/gpu/cards.ts";
import { cardSeconds } from "../../lib/tensor/card_seconds.ts";
import type { PlannedWork } from "../../lib/tensor/rates.ts";

const card = CARDS.rtx4090;
const nothing: PlannedWork = {
  name: "x",
  steps: 1,
  flops: 0,
  bytes: 0,
  memory: 0,
  launches: 0,
  waits: 0,
};

Deno.test("cardSeconds() takes nine tenths of the bandwidth, gaps between launches, a fifth of a millisecond a read", () => {
  const bytes = cardSeconds({ ...nothing, bytes: 1e12 }, card);
  assertAlmostEquals(bytes.low, 1e12 / (0.9 * card.bandwidth), 1e-3);
  assertEquals(cardSeconds({ ...nothing, launches: 1e6 }, card), { low: 2, high: 5 });
  assertEquals(cardSeconds({ ...nothing, waits: 10_000 }, card), { low: 2, high: 2 });
});

Deno.test("cardSeconds() gives large products most of a card's peak, and small ones little of it", () => {
  const rate = (flop: number, end: "low" | "high") => {
    const work = { ...nothing, flops: 1e6 * flop, launches: 1e6 };
    return work.flops / (cardSeconds(work, card)[end] - (end === "low" ? 2 : 5)) / peakFlops(card);
  };
  assert(rate(6e9, "low") > 0.5 && rate(6e9, "low") < 0.8, `${rate(6e9, "low")}`);
  assert(rate(6e9, "high") > 0.2 && rate(6e9, "high") < 0.4, `${rate(6e9, "high")}`);
  assert(rate(2e6, "low") < 0.1, `${rate(2e6, "low")}`);
});
