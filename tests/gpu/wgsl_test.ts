import { assertEquals, assertThrows } from "@std/assert";
import { entryInterface, expandWgsl } from "../../lib/gpu/wgsl.ts";

const flat = (text: string) => text.replace(/\s+/g, " ").trim();

Deno.test("expandWgsl() repeats @unroll blocks with the number in place of the variable", () => {
  const text = "const N = 3;\n@unroll(i, N - 1) { a[i] = b_i + i * 2; }";
  assertEquals(
    flat(expandWgsl(text)),
    "const N = 3; { a[0] = b_i + 0 * 2; } { a[1] = b_i + 1 * 2; }",
  );
});

Deno.test("expandWgsl() nests @unroll and @if, which sees the unrolled variable", () => {
  const text = "@unroll(i, 2) { @unroll(j, 2) { @if(i != j) { a[i * 2 + j]; } } }";
  assertEquals(flat(expandWgsl(text)), "{ { } { a[0 * 2 + 1]; } } { { a[1 * 2 + 0]; } { } }");
});

Deno.test("expandWgsl() sets constants, keeps their type, and computes others from them", () => {
  const text = "const SG = 8u;\nconst TM: i32 = 64;\nconst R = TM / SG;\n@if(R == 4) { four }";
  assertEquals(
    flat(expandWgsl(text, { SG: 16 })),
    "const SG = 16u; const TM: i32 = 64; const R = TM / SG; four",
  );
});

Deno.test("expandWgsl() refuses unknown constants, open bounds and unbalanced brackets", () => {
  assertThrows(() => expandWgsl("const N = 1;", { M: 2 }), RangeError, "(N) but found M");
  assertThrows(() => expandWgsl("@unroll(i, K) { }"), SyntaxError, 'found "K"');
  assertThrows(() => expandWgsl("@unroll(i, 2) { a"), SyntaxError, "balance the brackets");
});

Deno.test("entryInterface() lists what an entry point uses through its functions, by binding", () => {
  const text = `
struct Params { count: u32, factor: f32 }
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(3) var<storage, read> unused: array<f32>;
@group(0) @binding(4) var panels: texture_storage_2d<rgba32float, write>;
fn load(i: u32) -> f32 { return a[i] * params.factor; } // not unused
@compute @workgroup_size(64)
fn main() { out[0] = load(0u); textureStore(panels, vec2u(0), vec4f(0)); }
@compute @workgroup_size(1)
fn other() { out[1] = 1.0; }`;
  const { bindings, params } = entryInterface(text, "main");
  assertEquals(bindings.map(({ name, kind }) => `${name} ${kind}`), [
    "params uniform",
    "a read",
    "out write",
    "panels writeTexture",
  ]);
  assertEquals(params, [{ name: "count", type: "u32" }, { name: "factor", type: "f32" }]);
  assertEquals(entryInterface(text, "other").bindings.map(({ name }) => name), ["out"]);
  assertThrows(() => entryInterface(text, "mian"), RangeError, "(load, main, other)");
});

Deno.test("entryInterface() reads the size of a workgroup, and refuses one that it cannot", () => {
  const text = (size: string) =>
    `const WG = 4 * 8u;\n@compute @workgroup_size(${size})\nfn main() { a(); }\nfn a() {}`;
  assertEquals(entryInterface(text("WG"), "main").workgroup, 32);
  assertEquals(entryInterface(text("64"), "main").workgroup, 64);
  assertThrows(() => entryInterface(text("8, 8"), "main"), SyntaxError, 'found "8, 8"');
  assertThrows(() => entryInterface(text("64"), "a"), SyntaxError, "found none");
});
