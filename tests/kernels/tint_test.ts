// Every kernel text that lib makes, for adapters that are not here as well, through a second compiler of WGSL: Dawn's Tint,
// which unlike Deno's naga refuses subgroup operations and barriers that not all lanes reach together.
import { assert, assertEquals } from "@std/assert";
import { dawn } from "../../lib/gpu/dawn.ts";
import { entryInterface } from "../../lib/gpu/wgsl.ts";
import { type Kind, type SeenText, textsOf } from "./texts.ts";

/** Devices of WebGPU have subgroups of 4 to 128, of CPUs as wide as their vectors; 0 stands for no subgroups of one width. */
const WIDTHS = { cpu: [0, 4, 8, 16], gpu: [0, 4, 8, 16, 32, 64] };
const KINDS: Kind[] = [
  ...WIDTHS.cpu.map((subgroupSize) => ({ isCpu: true, subgroupSize })),
  ...WIDTHS.gpu.map((subgroupSize) => ({ isCpu: false, subgroupSize })),
];

/** All texts, with one kind of adapter that has each. */
async function allTexts(): Promise<(SeenText & { kind: Kind })[]> {
  const all = new Map<string, SeenText & { kind: Kind }>();
  for (const kind of KINDS) {
    for (const [text, seen] of await textsOf(kind)) {
      const before = all.get(text);
      if (before) seen.entries.forEach((entry) => before.entries.add(entry));
      else all.set(text, { ...seen, kind });
    }
  }
  return [...all.values()];
}

const texts = await allTexts();

async function openTint() {
  const gpu = await dawn({ backend: "null" });
  const adapter = (await gpu.requestAdapter())!;
  const device = await adapter.requestDevice({
    requiredFeatures: ["subgroups" as GPUFeatureName],
    // What WebGPU guarantees, no more: Dawn's defaults.
    requiredLimits: { maxStorageBuffersPerShaderStage: 8 },
  });
  return { gpu, device };
}

/** What Tint has to say to a text, with its lines, and to the workgroup memory of its entry points. */
async function verdict(
  device: GPUDevice,
  { text, entries, label }: Pick<SeenText, "text" | "entries" | "label">,
): Promise<string[]> {
  const enable = "enable subgroups;\n";
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code: enable + text });
  const { messages } = await module.getCompilationInfo();
  if (messages.length === 0 && text.includes("var<workgroup>")) {
    for (const entryPoint of entries) {
      device.createComputePipeline({ layout: "auto", compute: { module, entryPoint } });
    }
  }
  const refused = await device.popErrorScope();
  const lines = text.split("\n");
  const said = messages.map(({ type, message, lineNum }) =>
    `${type}: ${message}, in line ${lineNum - 1}: ${lines[lineNum - 2]?.trim()}`
  );
  // Tiles of products are offered where an adapter has the memory for them (tests/tensor/ops/matmul/tiles_test.ts).
  const large = /^matmul_ti(led|ny)/.test(label) &&
    /workgroup storage \((24576|32768) bytes\)/.test(refused?.message ?? "");
  return said.length > 0 || refused === null || large ? said : [refused.message];
}

Deno.test("Tint compiles every kernel text for every adapter without a word", async () => {
  const { gpu, device } = await openTint();
  const wrong: string[] = [];
  for (const kernel of texts) {
    for (const line of await verdict(device, kernel)) {
      const { isCpu, subgroupSize } = kernel.kind;
      const adapter = `a ${isCpu ? "CPU" : "GPU"} with subgroups of ${subgroupSize}`;
      wrong.push(`${kernel.label} (${kernel.drive}, on ${adapter}): ${line}`);
    }
  }
  device.destroy();
  assert(gpu); // Dawn ends with its implementation
  assertEquals(wrong, []);
});

Deno.test("every kernel binds at most the eight storage buffers and four textures that WebGPU guarantees", () => {
  const counts = texts.flatMap(({ text, label, entries }) =>
    [...entries].map((entry) => {
      const kinds = entryInterface(text, entry).bindings.map(({ kind }) => kind);
      const buffers = kinds.filter((kind) => kind === "read" || kind === "write").length;
      return { label, buffers, textures: kinds.filter((kind) => kind.endsWith("Texture")).length };
    })
  );
  assertEquals(counts.filter(({ buffers, textures }) => buffers > 8 || textures > 4), []);
  const most = counts.map(({ buffers }) => buffers).reduce((a, b) => Math.max(a, b));
  assertEquals(most, 8, "the kernels that need all of them are among these");
});

Deno.test("Tint's word on a wrong text names its line", async () => {
  const { gpu, device } = await openTint();
  const kernel = texts.find(({ text }) => /\bsubgroupAdd\(/.test(text))!;
  const [said] = await verdict(device, {
    ...kernel,
    text: kernel.text.replace(
      /^(@compute[^{]*\{)/m,
      "@group(0) @binding(9) var<storage, read_write> odd: array<u32>;\n$1 if (odd[0] == 1u) { odd[1] = subgroupAdd(1u); }",
    ),
  });
  device.destroy();
  assert(gpu);
  assert(said.includes("subgroup uniform control flow, in line"), said);
});

const folder = new URL("../../kernels/", import.meta.url);
/** Every kernel's path below kernels/. */
const kernelFiles = (room = ""): string[] =>
  [...Deno.readDirSync(new URL(room, folder))].flatMap(({ name, isDirectory }) =>
    isDirectory ? kernelFiles(`${room}${name}/`) : [room + name]
  );

Deno.test("drives reach every entry point of every file of kernels/", () => {
  const unreached = kernelFiles().flatMap((file) => {
    const source = Deno.readTextFileSync(new URL(file, folder)), [head] = source.split("\n");
    const from = texts.filter(({ text }) => text.includes(head));
    const entries = [...source.matchAll(/@compute[^{]*?\bfn\s+(\w+)/g)].map(([, entry]) => entry);
    if (entries.length === 0) return from.length > 0 ? [] : [file];
    return entries.filter((name) => !from.some(({ entries }) => entries.has(name)))
      .map((name) => `${name} of ${file}`);
  });
  assertEquals(unreached, []);
});
