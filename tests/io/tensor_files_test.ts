// Fixture: tests/fixtures/torch_files.py (shards). An index says which tensor lies where; each way of being wrong is tried.
import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { readSafetensors, writeSafetensors } from "../../lib/io/safetensors.ts";
import { readTensorFiles } from "../../lib/io/tensor_files.ts";
import { inFolder } from "../util.ts";

const TORCH = fromFileUrl(new URL("../fixtures/torch", import.meta.url));
const integers = (name: string) => name.endsWith(".bias");
const namesIn = (folder: string) => new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
const read = (folder: string) =>
  readTensorFiles(`load ${folder}`, folder, namesIn(folder), { integers });

Deno.test("readTensorFiles() reads torch's shards through the index that transformers wrote", async () => {
  const { tensors } = await readSafetensors(join(TORCH, "expected.safetensors"));
  const own = [...tensors].filter(([name]) => name.startsWith("shards/"));
  const found = await read(join(TORCH, "shards"));
  assertEquals(found.size, own.length);
  for (const [name, array] of own) assertEquals(found.get(name.slice("shards/".length)), array);
});

const A = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
const B = { shape: [3], data: Float32Array.of(5, 6, 7) };
const [FIRST, SECOND] = [1, 2].map((n) => `model-0000${n}-of-00002.safetensors`);
const INDEX = "model.safetensors.index.json";

/** Two shards with an index, of which `change` makes what is tried. */
async function tried(change: (folder: string) => Promise<void>, words?: string): Promise<void> {
  await inFolder(async (folder) => {
    await writeSafetensors(join(folder, FIRST), { A });
    await writeSafetensors(join(folder, SECOND), { B });
    const index = { metadata: { total_size: 28 }, weight_map: { A: FIRST, B: SECOND } };
    await writeJson(join(folder, INDEX), index);
    await change(folder);
    if (words === undefined) assertEquals(await read(folder), new Map([["A", A], ["B", B]]));
    else await assertRejects(() => read(folder), Error, words);
  });
}

/** Changes the index alone. */
const indexed =
  (change: (index: { metadata: unknown; weight_map: Record<string, unknown> }) => void) =>
  async (folder: string) => {
    const index = await readJson(join(folder, INDEX));
    change(index);
    await writeJson(join(folder, INDEX), index);
  };

Deno.test("readTensorFiles() reads safetensors by an index, with total_size or without", async () => {
  await tried(() => Promise.resolve());
  await tried(indexed((index) => index.metadata = {}));
  await tried(indexed((index) => index.metadata = null));
});

const FAULTS: [string, (folder: string) => Promise<void>, string][] = [
  ["a shard that is missing", (f) => Deno.remove(join(f, SECOND)), `found no ${SECOND}: fetch`],
  [
    "a shard that it does not name",
    indexed((index) => delete index.weight_map.B),
    `found ${SECOND} beside it, which it does not name`,
  ],
  [
    "a tensor that it does not name",
    (f) => writeSafetensors(join(f, SECOND), { B, C: B }),
    `C in ${SECOND} besides`,
  ],
  [
    "a tensor in two shards",
    (f) => writeSafetensors(join(f, SECOND), { A, B }),
    `expected A in ${FIRST} alone but found it in ${SECOND}`,
  ],
  [
    "a tensor that no shard has",
    indexed((index) => index.weight_map.C = FIRST),
    `expected C in ${FIRST} but found it has none`,
  ],
  [
    "another size",
    indexed((index) => index.metadata = { total_size: 32 }),
    "total_size from 28 to 28, as its tensors have, but found 32",
  ],
  [
    "a file elsewhere",
    indexed((index) => index.weight_map.A = "../model.safetensors"),
    "found no ../model.safetensors",
  ],
  ["no map", indexed((index) => index.weight_map = undefined!), "weight_map to be"],
  ["a map of numbers", indexed((index) => index.weight_map.A = 3), "weight_map.A to be a text"],
];
for (const [name, change, words] of FAULTS) {
  Deno.test(`readTensorFiles() refuses an index with ${name}`, () => tried(change, words));
}

Deno.test("readTensorFiles() shows all shards' headers before a value, and names no folder without weights", () =>
  inFolder(async (folder) => {
    const inspect = (header: Map<string, unknown>) => {
      throw new Error([...header.keys()].join());
    };
    const shards = join(TORCH, "shards");
    await assertRejects(
      () => readTensorFiles("load", shards, namesIn(shards), { inspect }),
      Error,
      "wte.weight,h.0.bias,h.0.w,ln_f.weight",
    );
    await assertRejects(() => read(folder), Error, "pytorch_model.bin.index.json but found none");
  }));
