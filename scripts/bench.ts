/**
 * Measures kernels and training steps on this adapter, and the compact proofs.
 *
 *   deno task bench                     every line, some five minutes without a GPU, half of them for the proofs
 *   deno task bench --peers             also jax-js, tfjs and PyTorch, with the ratio to the faster of them
 *   deno task bench --only products     products, kernels, steps, interactions or proofs alone
 *   deno task bench --dispatches        every dispatch of a training step, at the limits measured here
 *   deno task bench --dispatches --card rtx4090,h100
 *   deno task bench --json out/bench.json
 *
 * Shares are by CPU time, against the ceiling of multiply-and-adds (GFLOP/s) or a buffer copy
 * (GB/s) of the same run, and behind that against the ceiling of earlier tables, which compilers
 * shorten. So are goals: of work on one thread the CPU time is the wall time on a quiet machine.
 *
 * Seen on lavapipe, Mesa's Vulkan adapter for CPUs, on two x86-64 cores of varying speed: 42 to 83
 * GFLOP/s in products, 10 to 15 times jax-js and tfjs on the same adapter; 54 in a crosscoder step of
 * the published size; 3 to 12 seconds for the 101 published strategies but brute force on one model,
 * less than half a second each for N5 and the check of its certificate. Nothing was measured on a GPU.
 */
import { CARDS } from "../lib/gpu/cards.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { checkWritable, writeJson } from "../lib/io/files.ts";
import { largest } from "../lib/numerics/numbers.ts";
import { tune } from "../lib/tensor/tune.ts";
import { command, oneOf, runCommand } from "./command_line.ts";
import { dispatchLines } from "./bench/dispatches.ts";
import { interactionRows } from "./bench/interactions.ts";
import { kernelRows } from "./bench/kernels.ts";
import { measureCeiling, measureCopy } from "./bench/limits.ts";
import { peerRows } from "./bench/peers.ts";
import { productRows, SHAPES } from "./bench/products.ts";
import { proofRows } from "./bench/proofs.ts";
import { stepPeerRows } from "./bench/step_peers.ts";
import { stepRows } from "./bench/steps.ts";
import {
  type Limits,
  printFactor,
  printGroup,
  printHeader,
  printRow,
  type Row,
} from "./bench/table.ts";

const HELP = `Measures kernels and training steps on this adapter.

  deno task bench [options]

  --peers        the same products in jax-js 0.1.25 and tfjs-backend-webgpu 4.22.0, the same steps in PyTorch on the
                 CPU, where CROSSLAB_PYTHON (default python3) has it
  --only NAME    products, kernels, steps, interactions or proofs alone
  --chosen       of each product only the variant that runs by default
  --dispatches   every dispatch of six training steps: its grid, bytes, operations and time; runs none of them
  --card A,B     with --dispatches: on these cards by a model that no card was compared with (${
  Object.keys(CARDS).join(", ")
})
  --json FILE    the table for programs
  --help         this text

Examples
  deno task bench --only products --peers
  deno task bench --json out/bench.json
  deno task bench --dispatches --card rtx4090
`;

const GROUPS = ["products", "kernels", "steps", "interactions", "proofs"] as const;

/** The command; returns the exit code. */
export const bench = command({
  help: HELP,
  strings: ["only", "json", "card"],
  booleans: ["peers", "chosen", "dispatches"],
}, async (options) => {
  if (options.dispatches || options.card !== undefined) return await listDispatches(options);
  const only = options.only === undefined ? undefined : oneOf("--only", options.only, GROUPS);
  if (options.json !== undefined) await checkWritable(options.json);
  using gpu = await openGpu();
  console.log(`adapter: ${gpu.key}`);
  const chains = await measureCeiling(gpu), earlier = await measureCeiling(gpu, "earlier");
  const copy = await measureCopy(gpu);
  const limits = {
    flops: chains.flop / chains.cpu,
    earlier: earlier.flop / earlier.cpu,
    bytes: copy.bytes / copy.cpu,
  };
  const rows: Row[] = [];
  printHeader();
  const show = async (title: string, lines: AsyncIterable<Row> | Row[]) => {
    printGroup(title);
    for await (const row of lines) {
      rows.push(row);
      printRow(row, limits);
    }
  };
  await show("Limits of the adapter", [
    { group: "limits", name: "multiply and add, no memory", ...chains },
    { group: "limits", name: "the same, of one product: before", ...earlier },
    { group: "limits", name: "copyBufferToBuffer, 64 MB", ...copy },
  ]);
  printFactor(limits);
  await tune(gpu);
  if (only === undefined || only === "products") {
    await show("Matrix products (m x k x n)", productRows(gpu, { every: !options.chosen }));
    if (options.peers) {
      await show("The same in other libraries", peerRows());
      printRatios(rows);
    }
  }
  if (only === undefined || only === "kernels") await show("Other kernels", kernelRows(gpu));
  if (only === undefined || only === "steps") {
    await show("Whole steps", stepRows(gpu));
    if (options.peers) await show("The same in PyTorch", stepPeerRows(rows));
  }
  if (only === undefined || only === "interactions") {
    await show("Feature interactions", interactionRows(gpu));
  }
  if (only === undefined || only === "proofs") await show("Compact proofs", proofRows(gpu));
  gpu.check();
  if (options.json !== undefined) await writeTable(options.json, gpu.key, { limits, rows });
  return 0;
});

/** Lists dispatches instead of measuring: all other options but --json would be without effect. */
async function listDispatches(
  { dispatches, card, only, json, peers, chosen }: {
    dispatches: boolean;
    card?: string;
    only?: string;
    json?: string;
    peers: boolean;
    chosen: boolean;
  },
): Promise<number> {
  if (!dispatches || only !== undefined || json !== undefined || peers || chosen) {
    throw new RangeError(
      "Cannot run: expected --dispatches, with --card or without, and nothing else but found " +
        `${dispatches ? "other options beside it" : "--card without it"}: see --help`,
    );
  }
  const names = card?.split(",").map((name) => oneOf("--card", name, Object.keys(CARDS)));
  for (const line of await dispatchLines(names?.map((name) => CARDS[name]))) console.log(line);
  return 0;
}

/** The chosen variant against the faster peer, by CPU time. */
function printRatios(rows: Row[]): void {
  for (const [m, k, n] of SHAPES) {
    const size = `${m} x ${k} x ${n}`;
    const rates = (found: Row[]) => found.map(({ flop, cpu }) => flop! / cpu / 1e9);
    const peers = rates(rows.filter(({ group, name }) => group === "peers" && name.endsWith(size)));
    const ours = rows.filter(({ name, note }) =>
      note === "chosen" && name.startsWith("NN") && name.includes(size)
    );
    if (peers.length === 0 || ours.length === 0) continue;
    const ratio = rates(ours)[0] / largest(peers);
    console.log(`  ${size}: ${ratio.toFixed(1)} times the faster peer`);
  }
}

async function writeTable(
  path: string,
  adapter: string,
  { limits, rows }: { limits: Limits; rows: Row[] },
): Promise<void> {
  await writeJson(path, { adapter, limits, rows });
}

if (import.meta.main) await runCommand(bench);
