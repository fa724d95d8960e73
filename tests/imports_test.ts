// Who knows whom: no circle of imports, and none against the directions of the rooms. Types count as well.
import { assertEquals } from "@std/assert";
import { findCycle, importGraph, importsOf } from "./import_graph.ts";

/** The rooms of lib that each room may name, besides itself and the kernels. Nobody may name scripts or tests. */
const KNOWS: Record<string, string[]> = {
  io: [],
  numerics: ["io"],
  data: ["io", "numerics"],
  plot: ["io", "numerics"],
  report: ["io", "numerics", "plot"],
  gpu: ["io", "numerics"],
  tensor: ["io", "numerics", "gpu"],
  model: ["io", "numerics", "data", "plot", "gpu", "tensor"],
  crosscoder: ["io", "numerics", "data", "plot", "report", "gpu", "tensor", "model"],
  diff: ["io", "numerics", "data", "plot", "report", "gpu", "tensor", "model", "crosscoder"],
  interactions: ["io", "numerics", "data", "gpu", "tensor", "model", "crosscoder", "diff"],
  proofs: ["io", "numerics", "plot", "gpu", "tensor", "model"],
};

/** A system's folder in scripts, which knows no other system's; commands know it by scripts/systems.ts alone. */
const SYSTEM = /^scripts\/(?!(?:bench|engine|bundle|gpu_check|notebooks|readme)\/)(\w+)\//;

/** What is wrong with `from` naming `to`, or nothing. */
function forbidden(from: string, to: string): string | undefined {
  if (to.startsWith("tests/")) {
    return from.startsWith("tests/") ? undefined : "only tests know tests";
  }
  if (from.startsWith("tests/")) return undefined;
  const [here, there] = [from, to].map((path) => SYSTEM.exec(path)?.[1]);
  if (here && there && here !== there) return `the system ${here} does not know ${there}`;
  if (from.startsWith("scripts/") && there && !here && from !== "scripts/systems.ts") {
    return "commands know systems by their list alone";
  }
  if (!from.startsWith("lib/")) return undefined;
  if (to.startsWith("scripts/")) return "lib never knows scripts";
  if (to.startsWith("kernels/")) return undefined;
  const [room, other] = [from, to].map((path) => path.split("/")[1]);
  if (room === "mod.ts" || room === other) return checkerKnows(from, to);
  if (INTERACTIONS_PROOF.test(from) && TRUSTED.test(to)) return undefined;
  return KNOWS[room]?.includes(other) ? checkerKnows(from, to) : `${room} does not know ${other}`;
}

/** Proofs of interactions stand on the trusted base of the other proofs: one arithmetic, checked once. */
const TRUSTED = /^lib\/proofs\/arithmetic\//;
const INTERACTIONS_PROOF = /^lib\/interactions\/proof\//;

function checkerKnows(from: string, to: string): string | undefined {
  if (from.startsWith("lib/interactions/proof/checker/")) {
    const fine = /^lib\/(io|numerics)\/|^lib\/interactions\/proof\/checker\//;
    return fine.test(to) || TRUSTED.test(to) ? undefined : "the checker knows arithmetic alone";
  }
  if (!from.startsWith("lib/proofs/checker/")) return undefined;
  const fine =
    /^lib\/(io|numerics)\/|^lib\/proofs\/(checker|arithmetic)\/|^lib\/proofs\/max_of_k\.ts$/;
  return fine.test(to) ? undefined : "the checker knows arithmetic and the model's format alone";
}

const GRAPH = await importGraph(["lib", "scripts", "tests"]);

Deno.test("no file imports itself through others, types included", () => {
  assertEquals(findCycle(GRAPH)?.join(" -> "), undefined);
});

Deno.test("findCycle() names the files of a circle, and importsOf() sees all ways to name one", () => {
  const circle = new Map([["a.ts", ["b.ts"]], ["b.ts", ["c.ts"]], ["c.ts", ["b.ts"]]]);
  assertEquals(findCycle(circle), ["b.ts", "c.ts", "b.ts"]);
  circle.set("c.ts", []);
  assertEquals(findCycle(circle), undefined);
  const text = [
    'import type { A } from "./a.ts";',
    'import {\n  b,\n} from "../b.ts";',
    'export * from "./c.ts";',
    'const d = await import("./d.ts");',
    'new Worker(new URL("./e.ts", import.meta.url));',
    '/**\n * import { f } from "./f.ts";\n */',
    'import { g } from "npm:g@1.0.0";',
  ].join("\n");
  const found = ["lib/x/a.ts", "lib/b.ts", "lib/x/c.ts", "lib/x/d.ts", "lib/x/e.ts"];
  assertEquals(importsOf("lib/x/here.ts", text), found);
});

Deno.test("every import goes in a direction that the rooms allow", () => {
  const wrong = [...GRAPH].flatMap(([from, targets]) =>
    targets.flatMap((to) => {
      const why = forbidden(from, to);
      return why ? [`${from} -> ${to}: ${why}`] : [];
    })
  );
  assertEquals(wrong, []);
});

Deno.test("forbidden() refuses what goes against a direction", () => {
  const cases = [
    ["lib/gpu/gpu.ts", "lib/tensor/tensor.ts"],
    ["lib/io/files.ts", "lib/data/tokenizers/gpt2.ts"],
    ["lib/plot/render.ts", "lib/diff/results.ts"],
    ["lib/diff/results.ts", "lib/proofs/prove.ts"],
    ["lib/model/train.ts", "scripts/replicate.ts"],
    ["lib/proofs/checker/check.ts", "lib/proofs/theorems/cubic.ts"],
    ["lib/proofs/checker/check.ts", "lib/tensor/tensor.ts"],
    ["lib/interactions/bounds/boxes.ts", "lib/proofs/arithmetic/interval.ts"],
    ["lib/interactions/proof/certify.ts", "lib/proofs/prove.ts"],
    ["lib/interactions/proof/checker/check.ts", "lib/interactions/proof/certify.ts"],
    ["lib/interactions/proof/checker/check.ts", "lib/tensor/tensor.ts"],
    ["scripts/stagewise/system.ts", "scripts/proofs/system.ts"],
    ["scripts/report.ts", "scripts/stagewise/section.ts"],
    ["scripts/replicate.ts", "tests/util.ts"],
  ];
  for (const [from, to] of cases) assertEquals(typeof forbidden(from, to), "string", from);
  assertEquals(forbidden("lib/crosscoder/train.ts", "lib/tensor/tensor.ts"), undefined);
  const base = "lib/proofs/arithmetic/interval.ts";
  assertEquals(forbidden("lib/interactions/proof/checker/check.ts", base), undefined);
});
