import { assertAlmostEquals, assertEquals } from "@std/assert";
import { binomialTail, verdictOn } from "../../../lib/diff/calibration/rule.ts";

Deno.test("binomialTail() equals scipy", () => {
  // scipy 1.17.1: stats.binom.sf(k - 1, n, p)
  assertAlmostEquals(binomialTail(3, { n: 10, p: 0.1 }), 0.0701908264, 1e-12);
  assertAlmostEquals(binomialTail(4, { n: 10, p: 0.1 }), 0.0127951984, 1e-12);
  assertEquals(binomialTail(0, { n: 10, p: 0.1 }), 1);
});

const good = {
  seedsWithFlags: { count: 3, of: 10 },
  falseShare: { value: 0.1, low: 0, high: 0.2 },
  flagged: { count: 100, of: 5000 },
  recall: { count: 10, of: 40 },
};

Deno.test("verdictOn() holds at its bounds and falls beyond each of them", () => {
  assertEquals(verdictOn(good), { calibrated: true, power: true });
  const calibrated = (change: Partial<typeof good>) => verdictOn({ ...good, ...change }).calibrated;
  assertEquals(calibrated({ seedsWithFlags: { count: 4, of: 10 } }), false);
  assertEquals(calibrated({ falseShare: { value: 0.11, low: 0, high: 0.2 } }), false);
  assertEquals(calibrated({ falseShare: { value: 0.1, low: 0, high: 0.21 } }), false);
  assertEquals(calibrated({ seedsWithFlags: { count: 0, of: 9 } }), undefined);
  assertEquals(verdictOn({ ...good, recall: { count: 9, of: 40 } }).power, false);
  // a fifth of all latents flagged holds 20 % of anything: Wilson's lower end of 10 of 40 is 14 %
  assertEquals(verdictOn({ ...good, flagged: { count: 1000, of: 5000 } }).power, false);
  assertEquals(verdictOn({ ...good, recall: { count: 0, of: 0 } }).power, undefined);
});

Deno.test("verdictOn() takes no flags at all for calibrated, and without power", () => {
  const none = {
    seedsWithFlags: { count: 0, of: 10 },
    falseShare: undefined,
    flagged: { count: 0, of: 5000 },
    recall: { count: 0, of: 40 },
  };
  assertEquals(verdictOn(none), { calibrated: true, power: false });
});
