/**
 * Prints the worst relative error of every case of parity, by quantity; with --large those of published sizes too
 * (minutes on a CPU, 3 GB). Names of cases choose some.
 *
 *   deno run -A tests/model/parity_table.ts [--large] [case ...]
 * @module
 */
import { openGpu } from "../../lib/gpu/open.ts";
import { DIGESTS, GROUPS, LARGE, parityErrors, readCase } from "./parity.ts";

if (import.meta.main) {
  const large = Deno.args.includes("--large");
  const named = Deno.args.filter((arg) => !arg.startsWith("--"));
  const cases = named.length > 0
    ? named
    : Object.keys(DIGESTS).filter((name) => large || !LARGE.includes(name));
  console.log(`| case | ${GROUPS.join(" | ")} | seconds |\n|${" --- |".repeat(GROUPS.length + 2)}`);
  using gpu = await openGpu();
  for (const name of cases) {
    const start = performance.now();
    const errors = await parityErrors(gpu, await readCase(name));
    const cells = GROUPS.map((group) =>
      group === "greedy" ? `${errors[group].error} differ` : errors[group].error.toExponential(1)
    );
    console.log(
      `| ${[name, ...cells, ((performance.now() - start) / 1000).toFixed(0)].join(" | ")} |`,
    );
  }
}
