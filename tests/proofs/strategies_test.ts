import { assertEquals, assertThrows } from "@std/assert";
import { paperStrategies, parseStrategy, strategyNames } from "../../lib/proofs/strategies.ts";

const PAPER = { d_vocab: 64, d_model: 32, d_head: 32, n_ctx: 4 };
const dimension = (name: string) => {
  const { theorem, parts } = parseStrategy(name);
  return theorem.dimension(parts, PAPER);
};

Deno.test("paperStrategies() are the 102 of the paper, published or sound", () => {
  assertEquals(paperStrategies("published").length, 102);
  assertEquals(paperStrategies("sound").length, 102);
  assertEquals(new Set(strategyNames()).size, strategyNames().length);
  for (const name of strategyNames()) parseStrategy(name);
});

Deno.test("parseStrategy() offers the nearest names", () => {
  assertThrows(() => parseStrategy("N7"), RangeError, "try N");
  assertThrows(
    () => parseStrategy("sound/svd/mean_query+diff/max_dif"),
    RangeError,
    "try sound/svd/mean_query+diff/max_diff",
  );
});

Deno.test("dimension() of each theorem gives the paper's numbers at v=64, d=32, K=4", () => {
  assertEquals([dimension("brute-force"), dimension("cubic"), dimension("N5")], [
    2 ** 30,
    12800,
    12800,
  ]);
  const all = paperStrategies("published").slice(2).map(dimension);
  assertEquals([Math.min(...all), Math.max(...all)], [4290, 10370]);
  // 4160 + 2114 + 256: EVOU and PVOU, mean_query, rank one with a mean row.
  assertEquals(dimension("published/mean+max_diff/mean_query+diff/mean_query+max_diff"), 6530);
});

Deno.test("parseStrategy() sorts the published strategies as the paper's figures do", () => {
  const groups = Map.groupBy(
    paperStrategies("published").slice(2),
    (name) => parseStrategy(name).group,
  );
  assertEquals(Object.fromEntries([...groups].map(([name, list]) => [name, list.length])), {
    "subcubic": 8,
    "direct-quadratic": 12,
    "attention-vd^2": 20,
    "attention-vd^2, direct-quadratic": 30,
    "attention-quadratic": 12,
    "attention-quadratic, direct-quadratic": 18,
  });
});
