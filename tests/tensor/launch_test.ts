// How many workgroups a launch has: read off the kernel's text, folded where one dimension would be too long.
import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import type { Recorder } from "../../lib/gpu/recorder.ts";
import { launch } from "../../lib/tensor/launch.ts";
import { upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";

const SOURCE = `
const SIDE = 4;
const WG = SIDE * 2u;
struct Params { stride: u32, count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(WG)
fn flat(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count) { out[i] = i + 1u; }
}
@compute @workgroup_size(16)
fn rows(@builtin(global_invocation_id) id: vec3u) { out[0] = params.stride + params.count; }`;

Deno.test("launch() covers all invocations, however the grid is folded", async () => {
  using gpu = await openGpu();
  const seen: number[][] = [];
  const dispatch: Recorder["dispatch"] = (kernel, { params, workgroups }) => {
    seen.push([...workgroups, ...kernel.params.map(({ name }) => params?.[name] ?? -1)]);
  };
  const { immediate } = gpu;
  gpu.recorder = Object.assign(Object.create(immediate), { dispatch });
  const out = zeros(gpu, [4], "u32"), tensors = { out, unused: undefined };
  const flat = { name: "flat", source: SOURCE, entry: "flat" };
  const rows = { name: "rows", source: SOURCE, entry: "rows", constants: { SIDE: 2 } };
  const large = { ...flat, constants: { SIDE: 32 } };
  launch(gpu, flat, { tensors, params: { count: 17 }, invocations: 17 });
  launch(gpu, flat, { tensors, params: { count: 17 }, invocations: 8 * 65535 + 1 });
  launch(gpu, large, { tensors, params: { count: 17 }, invocations: 65 });
  launch(gpu, rows, { tensors, params: { count: 1, stride: 5 }, invocations: [33, 70000] });
  launch(gpu, rows, { tensors, params: { count: 1, stride: 5 }, workgroups: 65536 });
  launch(gpu, rows, { tensors, params: { count: 1, stride: 5 }, workgroups: [1, 2, 3] });
  gpu.recorder = immediate;
  assertEquals(seen, [
    [3, 1, 1, 24, 17],
    [65535, 2, 1, 8 * 65535, 17],
    [2, 1, 1, 128, 17],
    [3, 35000, 2, 5, 1],
    [65535, 2, 1, 5, 1],
    [1, 2, 3, 5, 1],
  ]);
});

Deno.test("launch() runs the kernel on tensors, and names what it lacks", async () => {
  using gpu = await openGpu();
  const out = uploadIds(gpu, [4], [9, 9, 9, 9]);
  const flat = { name: "flat", source: SOURCE, entry: "flat" };
  launch(gpu, flat, { tensors: { out }, params: { count: 3 }, invocations: 3 });
  assertEquals([...await out.read()], [1, 2, 3, 9]);
  const work = { params: { count: 3 }, invocations: 3 };
  assertThrows(() => launch(gpu, flat, { ...work, tensors: {} }), TypeError, 'binding "out"');
  const floats = upload(gpu, { shape: [4], data: new Float32Array(4) });
  assertThrows(() => launch(gpu, flat, { ...work, tensors: { out: floats } }), TypeError, "u32");
});

Deno.test("launch() refuses more invocations than an entry without a stride could tell apart", async () => {
  using gpu = await openGpu();
  // num_workgroups elsewhere in the file is of no use to this entry
  const source = SOURCE.replace("id.y * params.stride + id.x;", "id.x; // no num_workgroups") +
    "\nfn other(@builtin(num_workgroups) groups: vec3u) {}";
  const flat = { name: "flat", source, entry: "flat" }, tensors = { out: zeros(gpu, [4], "u32") };
  const params = { count: 4 };
  launch(gpu, flat, { tensors, params, invocations: 8 * 65535 });
  assertThrows(
    () => launch(gpu, flat, { tensors, params, invocations: 8 * 65535 + 1 }),
    RangeError,
    "Cannot launch flat: expected at most 524280 invocations, since flat reads no stride",
  );
});
