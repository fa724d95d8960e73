// Fixture: tests/fixtures/llama_ops.py (PyTorch, float64). Worst errors over all cases on lavapipe, relative to the root mean
// square of the expected values: 3e-7 for positions up to 5,000; rtol is about three times that.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { rotary as plain } from "../../reference/rotary.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { rotary, rotaryAngles } from "../../../lib/tensor/ops/rotary.ts";
import { sum } from "../../../lib/tensor/ops/sum.ts";
import { upload, uploadIds, zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, random } from "../../util.ts";
import { devices, gradients, padding, parameter } from "../gpu_util.ts";

const ops = await fixture("llama_ops");
const RTOL = 1e-6;
const { gpu } = devices[0];
type Shape = [batch: number, pos: number, n_heads: number, d_head: number];
const usual = (rotary_dim: number) =>
  Float64Array.from({ length: rotary_dim / 2 }, (_, f) => 10000 ** (-2 * f / rotary_dim));

const CASES: { shape: Shape; rotary_dim: number; starts?: number[]; factor?: number }[] = [
  { shape: [1, 1, 1, 2], rotary_dim: 2 },
  { shape: [2, 300, 3, 6], rotary_dim: 6 },
  { shape: [2, 37, 5, 12], rotary_dim: 12, factor: 1.3 },
  { shape: [3, 5, 2, 80], rotary_dim: 20, starts: [0, 4990, 127] },
  { shape: [7, 1, 3, 16], rotary_dim: 8, starts: [3, 128, 5, 1000, 129, 4999, 0] },
];

for (const { shape, rotary_dim, starts, factor } of CASES) {
  Deno.test(`rotary() equals the plain version, [${shape}], ${rotary_dim} numbers a head`, async () => {
    const [batch, pos, n_heads, d_head] = shape, size = batch * pos * n_heads * d_head;
    const frequencies = usual(rotary_dim);
    const angles = upload(gpu, rotaryAngles(frequencies, { n_ctx: 5000, factor }));
    const x = random(1, size), grad_y = random(2, size);
    const positions = starts && uploadIds(gpu, [batch], starts);
    const tensors = { x: parameter(gpu, [batch, pos, n_heads * d_head], x) };
    const forward = () => rotary(tensors.x, angles, { n_heads, positions });
    const found = await gradients(gpu, tensors, { forward, grad_y });
    const options = { shape, frequencies, factor, positions: starts };
    const worst = [
      assertClose(found.y, plain(x, options), { name: "y", rtol: RTOL }),
      assertClose(found.grad_x, plain(grad_y, options, { back: true }), {
        name: "grad_x",
        rtol: RTOL,
      }),
    ];
    if (Deno.env.get("SHOW")) console.log(`${shape}`, ...worst.map((w) => w.toExponential(1)));
    const result = forward();
    assert((await padding(result)).every((value) => value === 0));
  });
}

for (const kind of ["whole", "odd", "partial", "half"]) {
  Deno.test(`rotary() equals PyTorch, ${kind}`, async () => {
    const of = (name: string) => ops[`rotary_${kind}.${name}`];
    const [batch, pos, n_heads, d_head] = of("x").shape;
    const angles = upload(
      gpu,
      rotaryAngles(of("frequencies").data, { n_ctx: pos, factor: of("factor").data[0] }),
    );
    const x = parameter(gpu, [batch, pos, n_heads * d_head], of("x").data);
    const forward = () => rotary(x, angles, { n_heads });
    const found = await gradients(gpu, { x }, { forward, grad_y: of("grad_y").data });
    for (const name of ["y", "grad_x"]) assertClose(found[name], of(name), { name, rtol: RTOL });
  });
}

for (const d_head of [8, 6]) {
  Deno.test(`rotary() copies the heads behind those that turn, d_head ${d_head}`, async () => {
    const shape = [2, 5, 3 * d_head], width = 2 * d_head, data = random(3, 30 * d_head);
    const angles = upload(gpu, rotaryAngles(usual(4), { n_ctx: 5 }));
    const x = parameter(gpu, shape, data), grad_y = random(4, 30 * d_head);
    const of = (turned?: number) =>
      gradients(gpu, { x }, { forward: () => rotary(x, angles, { n_heads: 3, turned }), grad_y });
    const [all, some] = [await of(), await of(2)];
    for (const [part, given] of [["y", data], ["grad_x", grad_y]] as const) {
      const expected = all[part].map((value, i) => i % (3 * d_head) < width ? value : given[i]);
      assertEquals(some[part], expected);
    }
  });
}

Deno.test("rotary() over several bindings equals one binding", async () => {
  const x = upload(gpu, { shape: [9, 50, 24], data: random(1, 9 * 50 * 24) });
  const angles = upload(gpu, rotaryAngles(usual(6), { n_ctx: 50 }));
  const whole = await rotary(x, angles, { n_heads: 4 }).read();
  const limit = gpu.maxBinding;
  Object.assign(gpu, { maxBinding: 64 * 24 * 4 });
  try {
    assertEquals(await rotary(x, angles, { n_heads: 4 }).read(), whole);
  } finally {
    Object.assign(gpu, { maxBinding: limit });
  }
});

Deno.test("rotary() gives NaN where a position lies beyond the angles, and passes a NaN on", async () => {
  const angles = upload(gpu, rotaryAngles(usual(4), { n_ctx: 128 }));
  const x = upload(gpu, {
    shape: [3, 1, 4],
    data: Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4, NaN, 2, 3, 4),
  });
  const positions = uploadIds(gpu, [3], [127, 128, 0]);
  const found = [...await rotary(x, angles, { n_heads: 1, positions }).read()].map(Number.isNaN);
  assertEquals(found, [
    false,
    false,
    false,
    false,
    true,
    true,
    true,
    true,
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("rotary() refuses angles that do not fit the heads, and more positions than there are", () => {
  const x = zeros(gpu, [1, 130, 12]);
  const refused = (rotary_dim: number, options: object, sentence: string) => {
    const angles = upload(gpu, rotaryAngles(usual(rotary_dim), { n_ctx: 128 }));
    // deno-lint-ignore no-explicit-any -- what a notebook may pass
    assertThrows(() => rotary(x, angles, options as any), RangeError, sentence);
  };
  refused(6, { n_heads: 3 }, "an even rotary_dim of at most 4 but found [129,6]");
  refused(4, { n_heads: 5 }, "x [batch, pos, 5 heads · d_head] but found [1,130,12]");
  refused(4, { n_heads: 3 }, "at most 128 positions but found 130");
  refused(4, { n_heads: 3, position: 1 }, "did you mean positions?");
  const learnt = parameter(gpu, [129, 4], rotaryAngles(usual(4), { n_ctx: 128 }).data);
  const short = parameter(gpu, [1, 5, 4], random(1, 20));
  assertThrows(
    () => withGradients(gpu, [learnt, short], () => sum(rotary(short, learnt, { n_heads: 1 }))),
    RangeError,
    "expected angles without a gradient",
  );
  refused(4, { n_heads: 3, positions: zeros(gpu, [2], "u32") }, "expected positions u32 [1]");
});
