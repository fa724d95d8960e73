// Bits, not tolerances: the same seed on the same adapter, in other processes and with other numbers of threads.
import { assert, assertEquals } from "@std/assert";
import { runChild } from "../children/child.ts";

Deno.test("50 steps of a model and of a crosscoder give the same bits in every process and with 1, 2 or 3 threads", async () => {
  const runs = [];
  for (const threads of ["2", "1", "3", "2"]) {
    const { code, stdout, stderr } = await runChild("losses.ts", [], { LP_NUM_THREADS: threads });
    assertEquals(code, 0, stderr);
    runs.push(stdout.trim().split("\n"));
  }
  assertEquals(runs[0].length, 100);
  assert(new Set(runs[0]).size > 95, "losses change from step to step");
  for (const run of runs.slice(1)) assertEquals(run, runs[0]);
});
