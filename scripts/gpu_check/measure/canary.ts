/**
 * What the adapter's arithmetic does where WGSL leaves it open and kernels rely on something. The
 * canary of openGpu has answered by then.
 * @module
 */
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { loadKernel } from "../../../lib/gpu/kernel.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { largest } from "../../../lib/numerics/numbers.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import type { Row } from "../results.ts";

/** One workgroup writes what `f` makes of every value; x and y come from memory, so nothing folds. */
const SOURCE = (body: string) => `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = id.x;
  let a = x[i];
  let b = y[i];
  out[i] = ${body};
}`;

const LANES = `
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) size: u32,
) {
  out[local] = select(0.0, 1.0, local % size == lane);
}`;

const COUNT = 1 << 16;

export async function* canaryRows(): AsyncGenerator<Row> {
  using gpu = await openGpu();
  yield { name: "test kernel", text: "right" };
  const one = async (body: string, a: number, b = 0) => (await values(gpu, body, [a], [b]))[0];
  const told = (name: string, measured: number, predicted: number): Row => ({
    name,
    text: String(measured),
    note: Object.is(measured, predicted) ? "as relied on" : `relied on: ${predicted}`,
  });
  yield told("NaN is told by !(a == a)", await one("select(0.0, 1.0, !(a == a))", NaN), 1);
  yield told(
    "NaN is told by its bits",
    await one(
      "select(0.0, 1.0, (bitcast<u32>(a) & 0x7fffffffu) > 0x7f800000u)",
      NaN,
    ),
    1,
  );
  for (const body of ["exp(a)", "log(a)", "tanh(a)", "sqrt(a)", "a + 1.0"]) {
    yield told(`${body} of NaN`, await one(body, NaN), NaN);
  }
  yield told("infinity survives a sum", await one("a + b", Infinity, 1), Infinity);
  yield told("tanh(15)", await one("tanh(a)", 15), 1);
  yield told("exp(-104)", await one("exp(a)", -104), 0);
  for (const [what, text] of await openQuestions(gpu)) yield { name: what, text };
  if (gpu.subgroupSize > 0) {
    const out = zeros(gpu, [256]);
    const kernel = loadKernel(gpu, { name: "lanes", source: LANES, entry: "main" });
    gpu.recorder.dispatch(kernel, { bindings: { out: out.range }, workgroups: [1, 1, 1] });
    const right = (await out.read()).every((value) => value === 1);
    out.release();
    yield {
      name: "lanes follow local_invocation_index",
      text: right ? "yes" : "NO",
      note: "relied on: yes",
    };
  }
  yield* accuracyRows(gpu);
}

/** What may differ between drivers without being wrong. */
async function openQuestions(gpu: Gpu): Promise<[string, string][]> {
  const unit = Math.fround(1 + 2 ** -12), minus = -Math.fround(unit * unit);
  const [kept] = await values(gpu, "a * a + b", [unit], [minus]);
  const [fused] = await values(gpu, "fma(a, a, b)", [unit], [minus]);
  const [small] = await values(gpu, "a * b", [2 ** -120], [2 ** -20]);
  const [max] = await values(gpu, "max(a, b)", [NaN], [1]);
  const [folded] = await values(gpu, "a * 0.0", [NaN], [0]);
  return [
    ["a * a + b is contracted to one rounding", kept === 0 ? "no" : "yes"],
    ["fma() rounds once", fused === 0 ? "no" : "yes"],
    ["subnormal results", small === 0 ? "flushed to zero" : "kept"],
    ["max(NaN, 1)", String(max)],
    ["NaN * 0.0, a literal", String(folded)],
  ];
}

/** A built-in function, the points that it is asked at, and how far off WGSL lets it be there. */
type Accuracy = {
  body: string;
  a: Float32Array;
  b?: Float32Array;
  exact: (a: number, b: number) => number;
  allowed: (a: number, exact: number) => number;
};

/** The largest error beside what WGSL allows (W3C, WebGPU Shading Language, 15.7.4.1). */
async function* accuracyRows(gpu: Gpu): AsyncGenerator<Row> {
  for (const { body, a, b = a, exact, allowed } of ACCURACIES()) {
    const found = await values(gpu, body, a, b);
    const shares = found.map((value, i) => {
      const right = exact(a[i], b[i]);
      return Math.abs(value - right) / allowed(a[i], right);
    });
    yield {
      name: `error of ${body}, share of what WGSL allows`,
      predicted: 1,
      measured: largest(shares),
    };
  }
}

const ACCURACIES = (): Accuracy[] => [
  {
    body: "exp(a)",
    a: spread(-80, 80),
    exact: Math.exp,
    allowed: (a, right) => (3 + 2 * Math.abs(a)) * lastPlace(right),
  },
  {
    body: "log(a)",
    a: spread(1e-3, 100),
    exact: Math.log,
    allowed: (a, right) => a >= 0.5 && a <= 2 ? 2 ** -21 : 3 * lastPlace(right),
  },
  { body: "tanh(a)", a: spread(-15, 15), exact: Math.tanh, allowed: () => 1e-5 },
  {
    body: "a / b",
    a: spread(1, 2),
    b: spread(3, 1.5),
    exact: (a, b) => a / b,
    allowed: (_, right) => 2.5 * lastPlace(right),
  },
  {
    body: "inverseSqrt(a)",
    a: spread(0.1, 9),
    exact: (a) => 1 / Math.sqrt(a),
    allowed: (_, right) => 2 * lastPlace(right),
  },
];

function spread(from: number, to: number): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, i) => from + (to - from) * i / (COUNT - 1));
}

/** The distance of float32 numbers of this size. */
function lastPlace(value: number): number {
  return 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);
}

async function values(
  gpu: Gpu,
  body: string,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Promise<Float32Array> {
  const padded = (given: ArrayLike<number>) => {
    const data = new Float32Array(64 * Math.ceil(given.length / 64));
    data.set(given);
    return upload(gpu, { shape: [data.length], data });
  };
  const x = padded(a), y = padded(b), out = zeros(gpu, [x.size]);
  const kernel = loadKernel(gpu, { name: `probe ${body}`, source: SOURCE(body), entry: "main" });
  const bindings = { x: x.range, y: y.range, out: out.range };
  gpu.recorder.dispatch(kernel, { bindings, workgroups: [x.size / 64, 1, 1] });
  const found = await out.read();
  for (const tensor of [x, y, out]) tensor.release();
  return found.slice(0, a.length);
}
