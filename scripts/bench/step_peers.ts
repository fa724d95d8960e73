/** The bench's training steps in PyTorch on the CPU, where a Python has it. @module */
import type { ModelShape } from "./recorded_steps.ts";
import { CODER, LARGE, SMALL, type TimedStep } from "./timed_steps.ts";
import { runPython } from "./python.ts";
import type { Row } from "./table.ts";

/** One line a step, with how many times PyTorch's seconds ours are; `ours` are the bench's rows. */
export async function* stepPeerRows(ours: readonly Row[]): AsyncGenerator<Row> {
  const { batch, n_sites, d_in, d_sae } = CODER.shape();
  yield* peerRow(CODER, ["coder", batch, n_sites, d_in, d_sae], ours);
  yield* peerRow(SMALL, modelArgs(SMALL.shape(), 1), ours);
  yield* peerRow(LARGE, modelArgs(LARGE.shape(), 0), ours);
}

function modelArgs({ config, batch, pos }: ModelShape, adam: 0 | 1): (string | number)[] {
  const { d_model, n_layers, n_heads, d_vocab } = config;
  return ["model", batch, pos, d_model, n_layers, n_heads, d_vocab, adam];
}

async function* peerRow(
  { name }: TimedStep<unknown>,
  args: (string | number)[],
  ours: readonly Row[],
): AsyncGenerator<Row> {
  const peer = await runPython("./steps.py", args);
  if (typeof peer === "string") {
    console.log(`  ${name}: skipped, ${peer}`);
    return;
  }
  const own = ours.find((row) => row.name === name);
  const ratio = (of: "wall" | "cpu") => (own![of] / peer[of]).toFixed(2);
  const note = own ? `ours ${ratio("wall")} times by wall, ${ratio("cpu")} by cpu` : "";
  yield { group: "peers", name: `PyTorch, ${name}`, ...peer, flop: own?.flop, note };
}
