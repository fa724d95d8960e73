// Fixtures: tests/fixtures/torch_files.py, both forms of torch.save and every protocol of pickle that it can write.
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { contentsOf } from "../../../lib/io/contents.ts";
import { readSafetensors } from "../../../lib/io/safetensors.ts";
import { readTorch, torchHeader } from "../../../lib/io/torch/read_torch.ts";
import { inFolder } from "../../util.ts";

const FOLDER = fromFileUrl(new URL("../../fixtures/torch", import.meta.url));
const { tensors: wanted } = await readSafetensors(join(FOLDER, "expected.safetensors"));
const WHOLE = new Set(["mask", "u8", "i8", "i16", "i32", "i64", "u16"]);
const integers = (name: string) => WHOLE.has(name);

Deno.test("the fixtures are those that the script made", async () => {
  const made = JSON.parse(await Deno.readTextFile(join(FOLDER, "digests.json")));
  const found = Object.entries(await contentsOf(FOLDER, "digests.json"));
  assertEquals(Object.fromEntries(found.filter(([name]) => !name.startsWith("legacy"))), made);
});

for (
  const [file, prefix] of [
    ["all.bin", "all"],
    ["legacy.bin", "all"],
    ...[1, 2, 3, 4, 5].flatMap((n) => [
      [`protocol_${n}.bin`, "few"],
      [`legacy_protocol_${n}.bin`, "few"],
    ]),
  ]
) {
  Deno.test(`readTorch() reads ${file} bit for bit`, async () => {
    const found = await readTorch(join(FOLDER, file), { integers });
    const own = [...wanted].filter(([name]) => name.startsWith(`${prefix}/`));
    assertEquals(found.size, own.length);
    for (const [name, array] of own) assertEquals(found.get(name.slice(prefix.length + 1)), array);
  });
}

for (const file of ["all.bin", "legacy.bin"]) {
  Deno.test(`readTorch() keeps one matrix under two names of ${file} once`, async () => {
    const tensors = await readTorch(join(FOLDER, file), { integers });
    const [one, two] = ["embedding", "lm_head"].map((name) => tensors.get(`${name}.weight`)!);
    assertStrictEquals(one.data, two.data);
    const header = await torchHeader(join(FOLDER, file));
    assertEquals(header.get("lm_head.weight")!.shared, header.get("embedding.weight")!.shared);
    assertEquals([...header.keys()], [...tensors.keys()]);
    const { shared: _, ...info } = header.get("half_slice")!;
    assertEquals(info, { dtype: "F16", shape: [2, 2] });
  });
}

Deno.test("readTorch() refuses whole numbers that nobody said may be there", async () => {
  const { message } = await assertRejects(() => readTorch(join(FOLDER, "all.bin")), Error);
  assert(message.includes("dtype F32, F16, BF16 or F64 of tensor mask but found BOOL"), message);
});

Deno.test("readTorch() shows the header before it reads a value", async () => {
  const inspect = () => {
    throw new Error("seen");
  };
  await assertRejects(() => readTorch(join(FOLDER, "all.bin"), { inspect }), Error, "seen");
});

for (const file of ["protocol_2.bin", "legacy_protocol_2.bin"]) {
  Deno.test(`readTorch() refuses ${file} cut anywhere, in a sentence`, () =>
    inFolder(async (folder) => {
      const bytes = await Deno.readFile(join(FOLDER, file)), cut = join(folder, "cut.bin");
      for (let length = 0; length < bytes.length; length += 7) {
        await Deno.writeFile(cut, bytes.subarray(0, length));
        const { message } = await assertRejects(() => readTorch(cut), Error);
        assert(
          /^Cannot read .*: expected .* but found .*: /.test(message),
          `${length}: ${message}`,
        );
      }
    }));

  Deno.test(`readTorch() of ${file} with any byte changed reads or refuses, and never fails`, () =>
    inFolder(async (folder) => {
      const bytes = await Deno.readFile(join(FOLDER, file)), changed = join(folder, "changed.bin");
      for (let at = 0; at < bytes.length; at += 11) {
        await Deno.writeFile(changed, bytes.with(at, bytes[at] ^ (1 + at % 255)));
        try {
          await readTorch(changed);
        } catch (error) {
          const { message } = error as Error;
          assert(/^Cannot read .*: expected .* but found .*: /.test(message), `${at}: ${message}`);
        }
      }
    }));
}
