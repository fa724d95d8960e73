/**
 * Lists the sequences of a Max-of-K model whose answer depends on the order of summation.
 *
 *   deno task orders --model model.safetensors               in plain float32 and on this adapter
 *   deno task orders --model model.safetensors --random 200   in more orders
 */
import { openGpu } from "../lib/gpu/open.ts";
import { evaluateLogits, wrongBy } from "../lib/proofs/evaluation/evaluate.ts";
import { FLOAT64, type OrderDependent, orderDependent } from "../lib/proofs/evaluation/orders.ts";
import { bruteForce } from "../lib/proofs/gpu/brute_force.ts";
import { type GpuOrder, gpuOrders, wrongByOrder } from "../lib/proofs/gpu/orders.ts";
import { loadMaxOfK } from "../lib/proofs/max_of_k.ts";
import { makeProver } from "../lib/proofs/prove.ts";
import { command, integerOption, needed, runCommand } from "./command_line.ts";
import { namedOnDisk } from "./hub_option.ts";
import { print } from "./terminal.ts";

const HELP =
  `Lists the sequences of a Max-of-K model whose answer depends on the order of summation.

  deno task orders --model FILE [options]

  --model FILE      safetensors with TransformerLens names; or hf:OWNER/NAME[@revision]:FILE, from the hub
  --random N        random orders beside those with names (default 50)
  --help            this text

The GPU enumerates all sequences with tables widened for every float32 evaluation of WGSL; those that
are neither right in every evaluation nor wrong in every one are then evaluated in many orders, in
plain float32 on the CPU and by this adapter. What flips shows that a count in real arithmetic is no
statement about a run; what does not flip may still.

Example
  deno task orders --model model.safetensors
`;

/** The command; returns the exit code. */
export const orders = command(
  { help: HELP, strings: ["model", "random"], bare: 0 },
  async (options) => {
    const named = needed("list sequences", "--model", options.model);
    const random = integerOption("--random", options.random ?? "50", {
      least: 0,
      most: 1000,
      example: 50,
    });
    const model = await loadMaxOfK((await namedOnDisk(named, "model")).path);
    const { tables } = makeProver(model, { arithmetic: "wgsl" });
    using gpu = await openGpu();
    const { count, sequences, unsettled, dependent } = await bruteForce(gpu, tables);
    print(
      `${count} of ${sequences} sequences right in every float32 evaluation (wgsl), ` +
        `${
          sequences - count - unsettled
        } wrong in every, at most ${unsettled} that depend on the order`,
    );
    const plain = orderDependent(model, dependent, { random });
    print(`${plain.length} seen to depend on it in plain float32`);
    for (const found of plain) print(lineOf(found, wrongIn(found)));
    const ways = gpuOrders(random);
    const values = await wrongByOrder(gpu, model, { sequences: dependent, orders: ways });
    const onGpu = dependent.flatMap((tokens, n) =>
      answersOf(tokens, ways, values.subarray(n * ways.length, (n + 1) * ways.length))
    );
    print(`${onGpu.length} seen to depend on it on ${gpu.key}`);
    for (const found of onGpu) print(lineOf(found, wrongIn(found)));
    return 0;

    function wrongIn({ tokens }: OrderDependent): number {
      return wrongBy(evaluateLogits(model, tokens, FLOAT64), tokens);
    }
  },
);

/** One sequence where some orders answer rightly and others do not. */
function answersOf(
  tokens: number[],
  ways: readonly GpuOrder[],
  values: Float32Array,
): OrderDependent[] {
  const names = (right: boolean) =>
    ways.filter((_, i) => values[i] < 0 === right).map(({ name }) => name);
  const right = names(true), wrong = names(false);
  return right.length > 0 && wrong.length > 0 ? [{ tokens, right, wrong }] : [];
}

function lineOf({ tokens, right, wrong }: OrderDependent, exact: number): string {
  return `  ${tokens.join(" ")}: right in ${right.length} of ${right.length + wrong.length}, ` +
    `such as ${right[0]}; wrong ${wrong[0]}; in float64 ` +
    `${exact < 0 ? "right" : "wrong"} by ${Math.abs(exact).toExponential(2)}`;
}

if (import.meta.main) await runCommand(orders);
