// A linear model on data that change with the step: small, and every part of the state matters.
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { stream } from "../../lib/numerics/random.ts";
import { subtract } from "../../lib/tensor/ops/arithmetic.ts";
import { matmul } from "../../lib/tensor/ops/matmul/matmul.ts";
import { squaredNorm } from "../../lib/tensor/ops/sum.ts";
import { createParameters, readParameters } from "../../lib/tensor/parameters.ts";
import { type RunOptions, runTrainings } from "../../lib/tensor/run_training.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { createTraining, type LoggedStep, recordStep } from "../../lib/tensor/training.ts";
import { devices } from "./gpu_util.ts";
import { memoryCheckpoint } from "./memory_checkpoint.ts";

const { gpu } = devices[0];
const STEPS = 200;

/** Trainings from these learning rates over one stream of data, with what each logged and ended with. */
function prepare(rates: readonly number[]) {
  const x = zeros(gpu, [8, 4]), y = zeros(gpu, [8, 3]);
  const runs = rates.map((lr, r) => {
    const W = { shape: [4, 3], data: stream(r, "W").normals(12) };
    const parameters = createParameters(gpu, { W });
    const training = createTraining(gpu, parameters, {
      steps: STEPS,
      rate: (s) => lr / s,
      clip: 5,
    });
    const name = `run ${r}`, told: LoggedStep[] = [];
    const step = recordStep(training, name, () => {
      return [squaredNorm(subtract(matmul(x, parameters.tensors.W), y))];
    });
    return { training, step, name, told, onLog: (rows: LoggedStep[]) => void told.push(...rows) };
  });
  const seen: number[] = [];
  /** What the first run tells, and `first` at its first word. */
  const toldAt = (first: () => void) => {
    runs[0].onLog = (rows) => {
      if (runs[0].told.length === 0) first();
      runs[0].told.push(...rows);
    };
    return runs[0].told;
  };
  const train = (options: RunOptions & { failAt?: number } = {}) => {
    const { failAt, ...rest } = options;
    const feed = (step: number) => {
      if (step === failAt) throw new Error("killed");
      seen.push(step);
      const random = stream(step, "data");
      x.write(random.normals(32));
      y.write(random.normals(24));
    };
    return runTrainings(runs.map(({ told: _, ...run }) => run), { ...rest, feed });
  };
  const ended = async () =>
    await Promise.all(runs.map(async ({ training, told }) => ({
      W: (await readParameters(training.parameters)).W,
      m: await training.m.read(),
      v: await training.v.read(),
      told,
    })));
  return { train, ended, seen, toldAt };
}

async function calm(rates: readonly number[]) {
  const run = prepare(rates);
  await run.train();
  return await run.ended();
}

Deno.test("runTrainings() side by side ends where each training ends alone, to the bit", async () => {
  const both = await calm([0.1, 0.3]);
  const [first] = await calm([0.1]);
  assertEquals(both[0], first);
  assertNotEquals(both[1].W, both[0].W);
});

Deno.test("runTrainings() goes on from a checkpoint and ends with equal bytes and an equal log", async () => {
  const rates = [0.1, 0.3], { checkpoint, kept, refused } = memoryCheckpoint();
  const killed = prepare(rates);
  const failing = killed.train({ checkpoint, checkpointSeconds: 0, every: 64, failAt: 150 });
  await assertRejects(() => failing, Error, "killed");
  assertEquals(kept.writes, 2, "after 64 and 128 steps");
  const resumed = prepare(rates);
  await resumed.train({ checkpoint, checkpointSeconds: 0, every: 64 });
  assertEquals([resumed.seen[0], resumed.seen.length], [128, STEPS - 128]);
  assertEquals(await resumed.ended(), await calm(rates));
  assertEquals(refused, []);
});

Deno.test("runTrainings() goes on wherever time let it write, and tells every step once, in order", async () => {
  const rates = [0.2], { checkpoint, kept } = memoryCheckpoint();
  const killed = prepare(rates), failAt = 77;
  const failing = killed.train({ checkpoint, checkpointSeconds: 0, failAt });
  await assertRejects(() => failing, Error, "killed");
  assert(kept.writes > 0, "after eight steps already");
  const resumed = prepare(rates);
  await resumed.train({ checkpoint });
  assert(resumed.seen[0] > 0 && resumed.seen[0] <= failAt);
  const [{ told, ...state }] = await resumed.ended();
  assertEquals(told.map(({ step }) => step), Array.from({ length: STEPS }, (_, i) => i + 1));
  assertEquals([{ told, ...state }], await calm(rates));
});

Deno.test("runTrainings() tells what was done before a feed fails, and a loss that is not finite first", async () => {
  const calmly = prepare([0.1]);
  await assertRejects(() => calmly.train({ failAt: 20 }), Error, "killed");
  const [{ told }] = await calmly.ended();
  assert(told.length >= 8, `${told.length} of 20 steps told`);
  const wild = prepare([1e30]);
  await assertRejects(() => wild.train({ failAt: 20 }), Error, "expected finite numbers");
});

Deno.test("runTrainings() refuses a checkpoint of another training and begins again", async () => {
  const { checkpoint, refused } = memoryCheckpoint();
  const other = prepare([0.1, 0.3]);
  await assertRejects(() => other.train({ checkpoint, checkpointSeconds: 0, failAt: 70 }));
  const one = prepare([0.1]);
  await one.train({ checkpoint });
  assertEquals([one.seen.length, refused], [STEPS, ["one of another training"]]);
});

Deno.test("runTrainings() writes no checkpoint before its time", async () => {
  const { checkpoint, kept } = memoryCheckpoint();
  await prepare([0.1]).train({ checkpoint });
  assert(kept.state === undefined);
});

Deno.test("runTrainings() stops at a signal, and goes on from where it stopped to the same bytes", async () => {
  const rates = [0.1], { checkpoint, kept } = memoryCheckpoint(), interrupt = new AbortController();
  const stopped = prepare(rates), reason = new Error("interrupted");
  const told = stopped.toldAt(() => interrupt.abort(reason));
  const { signal } = interrupt;
  await assertRejects(() => stopped.train({ checkpoint, signal }), Error, "interrupted");
  assert(told.length > 0 && told.length < STEPS, `${told.length} steps told`);
  assertEquals([told.length, kept.writes], [stopped.seen.length, 1]); // all that was submitted
  const resumed = prepare(rates);
  await assertRejects(() => resumed.train({ checkpoint, signal }), Error, "interrupted");
  await resumed.train({ checkpoint });
  assertEquals(resumed.seen[0], told.length);
  assertEquals(await resumed.ended(), await calm(rates));
});

Deno.test("runTrainings() refuses trainings of unlike lengths, and none", async () => {
  await assertRejects(() => runTrainings([]), RangeError, "as many steps but found none");
});
