import { assertEquals, assertThrows } from "@std/assert";
import type { Effect } from "../../../lib/diff/causal/effects.ts";
import {
  causalVerdict,
  drawsOf,
  type Floor,
  FLOOR_QUANTILE,
  floorOf,
  LEAST_NATS,
  LEAST_RANDOM,
  MOST_CLEAN,
  PAYLOAD_LEFT,
  SET_CLEAN,
  SIZES,
  smallestK,
  stops,
} from "../../../lib/diff/causal/rules.ts";

const FLOOR = { halves: [{ logOdds: 1, KL: 0.5 }, { logOdds: 2, KL: 0.25 }] } as never;

function effect(
  first: number[],
  second: number[],
  { clean = 0, payload = 0, edited = 4 } = {},
): Effect {
  const halves = [first, second].map(([logOdds, KL]) => ({ logOdds, KL }));
  return { logOdds: 0, KL: 0, payload, clean, halves: halves as Effect["halves"], edited };
}

Deno.test("causalVerdict() wants a fall beyond the floor on both halves, repair, and a small cost", () => {
  const verdict = (...given: Parameters<typeof effect>) => {
    const { necessary, causal } = causalVerdict(effect(...given), FLOOR);
    return [necessary, causal];
  };
  assertEquals(verdict([-3, -1], [-3, -1]), [true, true]);
  assertEquals(verdict([-3, -1], [-1.9, -1]), [false, false]); // the second half is within its floor
  assertEquals(verdict([-1.2, -1], [-3, -1]), [true, false]); // by less than LEAST_NATS
  assertEquals(verdict([-3, -1], [-3, 0.6]), [true, false]); // the answer is lost, not repaired
  assertEquals(verdict([-3, -0.4], [-3, -1]), [true, false]);
  assertEquals(verdict([-3, -1], [-3, -1], { clean: MOST_CLEAN }), [true, false]);
  assertEquals(verdict([3, -1], [3, -1]), [false, false]);
});

Deno.test("causalVerdict() refuses what does harm, though random vectors do more", () => {
  const half = { logOdds: -1, KL: -1 }, floor: Floor = { halves: [half, half] };
  const verdict = (...given: Parameters<typeof effect>) => causalVerdict(effect(...given), floor);
  assertEquals(verdict([0.5, -3], [0.5, -3]), { necessary: false, causal: false });
  assertEquals(verdict([-3, 0.5], [-3, 0.5]), { necessary: true, causal: false });
  assertEquals(verdict([-3, -3], [-3, -3]), { necessary: true, causal: true });
});

Deno.test("causalVerdict() needs the clean cost of what is necessary, of nothing else", () => {
  const { clean: _, ...weak } = effect([-3, -1], [-1, -1]);
  assertEquals(causalVerdict(weak, FLOOR), { necessary: false, causal: false });
  const { clean: _c, ...strong } = effect([-3, -1], [-3, -1]);
  assertThrows(() => causalVerdict(strong, FLOOR), RangeError, "the clean cost of one that is");
});

Deno.test("drawsOf() gives short lists a floor, and a long one a vector for each direction", () => {
  assertEquals([1, 9, 100, 192, 200, 3072].map(drawsOf), [200, 23, 2, 2, 1, 1]);
});

Deno.test("floorOf() takes the quantile of decreases half by half, of what was edited", () => {
  const random = Array.from({ length: 101 }, (_, n) => effect([-n, n], [-2 * n, -n / 2]));
  const idle = Array.from({ length: 50 }, () => effect([-1e6, -1e6], [-1e6, -1e6], { edited: 0 }));
  const [first, second] = floorOf([...random, ...idle])!.halves;
  assertEquals([first.logOdds, second.logOdds, second.KL], [99, 198, 49.5]);
  assertEquals(first.KL, -1); // 1 of 100 rises by 1 at most
});

Deno.test("floorOf() is null where no random vector edited anything, and then nothing is necessary", () => {
  assertEquals([floorOf([effect([0, 0], [0, 0], { edited: 0 })]), floorOf([])], [null, null]);
  assertEquals(causalVerdict(effect([-3, -1], [-3, -1]), null), {
    necessary: false,
    causal: false,
  });
});

Deno.test("smallestK() is the least size that stops the backdoor at a small cost", () => {
  const point = (size: number, payload: number, clean: number) => ({
    size,
    effect: effect([0, 0], [0, 0], { payload, clean }),
  });
  assertEquals(stops({ payload: PAYLOAD_LEFT, clean: SET_CLEAN }), true);
  assertEquals(stops({ payload: PAYLOAD_LEFT + 0.01, clean: 0 }), false);
  assertEquals(stops({ payload: 0, clean: SET_CLEAN + 0.01 }), false);
  assertEquals(smallestK([point(1, 1, 0), point(3, 0.04, 0.1), point(5, 0, 0.1)]), 3);
  assertEquals(smallestK([point(1, 0, 0.5), point(2, 0.5, 0)]), null);
});

Deno.test("the numbers of the rule are those that were fixed before the runs", () => {
  assertEquals([FLOOR_QUANTILE, LEAST_NATS, MOST_CLEAN], [0.99, 0.25, 0.15]);
  assertEquals(LEAST_RANDOM, 200);
  assertEquals([PAYLOAD_LEFT, SET_CLEAN, ...SIZES], [0.05, 0.12, 1, 2, 3, 5, 10, 20]);
});
