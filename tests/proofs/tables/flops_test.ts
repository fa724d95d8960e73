import { assertEquals } from "@std/assert";
import { matmulFlops, softmaxFlops } from "../../../lib/proofs/tables/flops.ts";

Deno.test("matmulFlops() and softmaxFlops() count as in W6", () => {
  assertEquals([matmulFlops(64, 32, 64), softmaxFlops(4)], [258048, 18]);
});
