// What a dispatch is said to cost: read off a kernel's header and its bindings.
import { assertEquals, assertThrows } from "@std/assert";
import { sideBySide } from "../../lib/gpu/side_by_side.ts";
import type { SeenDispatch } from "../../lib/gpu/stand_in.ts";
import { workOf } from "../../lib/gpu/work.ts";

const TEXT = `
// test.wgsl: text alone
//
// work      main, other: flop 2 * rows * LANES; turns (rows + 3) / 4
//           copy: ahead groups_x;
//           bytes 2 * a + 8
// limits    none: flop 1
const LANES = 8u;
struct Params { rows: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sum: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = a[id.x]; add(id.x); }
fn add(i: u32) { sum[i].x += 1.0; }
@compute @workgroup_size(64)
fn copy(@builtin(global_invocation_id) id: vec3u) { out[id.x] = a[id.x]; }
@compute @workgroup_size(64)
fn silent(@builtin(global_invocation_id) id: vec3u) { if (a[id.x].x == 0.0) { out[id.x] = sum[id.x]; } }
`;

function dispatch(entry: string, text = TEXT): SeenDispatch {
  const names = entry === "copy" ? ["a", "out"] : ["a", "out", "sum"];
  return {
    kernel: { label: `test.${entry}`, entry, text },
    grid: [2, 1, 1],
    workgroup: 64,
    bindings: names.map((name) => ({
      name,
      kind: name === "a" ? "read" : "write",
      bytes: name === "a" ? 65_536 : 100,
    })),
    params: { rows: 30 },
  };
}

Deno.test("workOf() takes operations and turns from the header, in params, constants and grid", () => {
  const { flop, turns, ahead, declared } = workOf(dispatch("main"));
  assertEquals([flop, turns, ahead, declared], [480, 8, false, true]);
  assertEquals(workOf(dispatch("copy")), {
    flop: 0,
    reads: [],
    bytes: 2 * 65_536 + 8,
    turns: 2,
    ahead: true,
    declared: true,
  });
});

Deno.test("workOf() counts a binding once for being read and once for being written", () => {
  assertEquals(workOf(dispatch("main")).bytes, 65_536 + 100 + 2 * 100);
  const silent = workOf(dispatch("silent"));
  assertEquals(silent.bytes, 65_536 + 100 + 100);
  assertEquals(silent.declared, false);
  assertEquals(silent.turns, Math.ceil((65_536 + 100) / 16 / 128), "one for each vec4f read");
});

Deno.test("workOf() adds up what kernels side by side say that they move, and what the others bind", () => {
  const text = sideBySide([
    { text: TEXT, entry: "copy", names: { a: "a", out: "copied" } },
    { text: TEXT, entry: "main", names: { a: "a", out: "out", sum: "sum" } },
  ], 64);
  const { bindings, ...one } = dispatch("main", text);
  const copied = { name: "copied", kind: "write" as const, bytes: 1000 };
  const params = { rows_0: 30, rows_1: 30, grid_x_0: 2 };
  const { bytes } = workOf({ ...one, bindings: [...bindings, copied], params });
  assertEquals(bytes, 2 * 65_536 + 8 + 65_536 + 100 + 2 * 100);
});

Deno.test("workOf() refuses a header that it cannot read", () => {
  const of = (line: string) => () =>
    workOf(dispatch("main", TEXT.replace(/\/\/ work .*/, `// work      main: ${line}`)));
  assertThrows(of("flop 2 * columns"), SyntaxError, 'but found "2 * columns"');
  assertThrows(of("flops 2"), SyntaxError, 'expected flop, turns, ahead, bytes but found "flops"');
});
