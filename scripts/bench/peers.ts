/**
 * The same products in jax-js and tfjs on the same adapter in the same run; dependencies of the
 * bench alone.
 * @module
 */
import { timed, type Times } from "./measure.ts";
import { randomValues, SHAPES } from "./products.ts";
import type { Row } from "./table.ts";

// Names that are no literals at the import: the lock of all other tasks must not hold these
// packages.
const JAX: string = "npm:@jax-js/jax@0.1.25";
const TF: string = "npm:@tensorflow/tfjs-core@4.22.0";
const TF_WEBGPU: string = "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";

/** Runs NN products in both peers. Each opens a device of its own. */
export async function* peerRows(): AsyncGenerator<Row> {
  yield* jaxRows();
  yield* tfRows();
}

function row(name: string, [m, k, n]: number[], times: Times): Row {
  return { group: "peers", name: `${name}, ${m} x ${k} x ${n}`, ...times, flop: 2 * m * n * k };
}

async function* jaxRows(): AsyncGenerator<Row> {
  const { init, defaultDevice, numpy, jit } = await import(JAX);
  await init("webgpu");
  defaultDevice("webgpu");
  const multiply = jit(numpy.matmul);
  for (const shape of SHAPES) {
    const [m, k, n] = shape;
    const a = numpy.array(randomValues(m * k)).reshape([m, k]);
    const b = numpy.array(randomValues(k * n)).reshape([k, n]);
    // Results are kept until they are there: one that is dropped before might never be computed.
    let results: { blockUntilReady(): Promise<unknown>; dispose(): void }[] = [];
    const run = () => results.push(multiply(a.ref, b.ref));
    const wait = async () => {
      for (const result of results) {
        await result.blockUntilReady();
        result.dispose();
      }
      results = [];
    };
    yield row("jax-js 0.1.25", shape, await timed(run, wait, { rounds: 3 }));
  }
}

async function* tfRows(): AsyncGenerator<Row> {
  const tf = await import(TF);
  await import(TF_WEBGPU);
  await tf.setBackend("webgpu");
  for (const shape of SHAPES) {
    const [m, k, n] = shape;
    const a = tf.tensor2d(randomValues(m * k), [m, k]);
    const b = tf.tensor2d(randomValues(k * n), [k, n]);
    let results: unknown[] = [];
    const run = () => results.push(tf.matMul(a, b));
    const wait = async () => {
      const corner = tf.slice(results.at(-1), 0, 1);
      await corner.data();
      tf.dispose([corner, ...results]);
      results = [];
    };
    yield row("tfjs-backend-webgpu 4.22.0", shape, await timed(run, wait, { rounds: 3 }));
  }
}
