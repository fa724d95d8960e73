/**
 * Runs one measuring part of a check and prints each row as a line of JSON as soon as it is there.
 *
 *   deno run ... scripts/gpu_check/measure.ts products
 */
import { oneOf, runCommand } from "../command_line.ts";
import { adapterRows } from "./measure/adapter.ts";
import { canaryRows } from "./measure/canary.ts";
import { dawnRows } from "./measure/dawn.ts";
import { dispatchRows } from "./measure/dispatches.ts";
import { maxOf4Rows } from "./measure/max_of_4.ts";
import { overheadRows } from "./measure/overheads.ts";
import { productRows } from "./measure/products.ts";
import type { Row } from "./results.ts";

const MEASURES = {
  adapter: adapterRows,
  canary: canaryRows,
  dispatches: dispatchRows,
  products: productRows,
  overheads: overheadRows,
  dawn: dawnRows,
  "max-of-4": maxOf4Rows,
} as const satisfies Record<string, () => AsyncGenerator<Row>>;

const NAMES = Object.keys(MEASURES) as (keyof typeof MEASURES)[];

async function measure(args: string[]): Promise<number> {
  const name = oneOf("the part", args[0] ?? "", NAMES);
  for await (const row of MEASURES[name]()) console.log(JSON.stringify(row));
  return 0;
}

if (import.meta.main) await runCommand(measure);
