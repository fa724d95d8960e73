// Pipes and devices must be refused before they are opened: reading one may wait for ever, or never end.
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { loadCrosscoder } from "../../lib/crosscoder/coder.ts";
import { loadVocabulary } from "../../lib/data/vocabulary_files.ts";
import { readStagewise } from "../../lib/diff/stored/results.ts";
import { replaceFiles } from "../../lib/io/file_set.ts";
import { readJson, writeWhole } from "../../lib/io/files.ts";
import { openRegular, readBytes, regularSize } from "../../lib/io/regular_files.ts";
import { readSafetensors } from "../../lib/io/safetensors.ts";
import { cleanLeftovers } from "../../lib/io/cached.ts";
import { inFolder } from "../util.ts";

const READERS: Record<string, (path: string) => Promise<unknown>> = {
  regularSize,
  openRegular,
  readJson,
  readBytes: (path) => readBytes(path, { most: 100 }),
  readSafetensors,
};

Deno.test("every reader refuses a pipe, a device, a folder and no file, each with its word", () =>
  inFolder(async (folder) => {
    const pipe = join(folder, "pipe");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const link = join(folder, "link");
    await Deno.symlink(pipe, link);
    const cases = [
      [pipe, "a pipe"],
      [link, "a pipe"],
      ["/dev/zero", "a device"],
      [folder, "a folder"],
      [join(folder, "none"), "none"],
      [join(pipe, "in"), "Not a directory"],
      ["", 'expected a path but found ""'],
      ["a\0", "expected a path but found"],
    ];
    for (const [name, read] of Object.entries(READERS)) {
      for (const [path, word] of cases) {
        const error = await assertRejects(() => read(path), Error, "Cannot read");
        assertEquals(error.message.includes(word), true, `${name}: ${error.message}`);
      }
    }
  }));

Deno.test("readBytes() and readJson() refuse a file of holes that is larger than they can use", () =>
  inFolder(async (folder) => {
    const path = join(folder, "holes");
    await Deno.writeTextFile(path, "{}");
    await Deno.truncate(path, 1e12);
    await assertRejects(() => readJson(path), RangeError, "a JSON file of at most 100000000 bytes");
    const limits = { most: 10, what: "certificate" };
    await assertRejects(() => readBytes(path, limits), RangeError, "a certificate of at most 10");
    await Deno.truncate(path, 10);
    assertEquals((await readBytes(path, limits)).length, 10);
  }));

Deno.test("readJson() shows what a file holds without what a terminal acts on", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a\u001b[31m.json");
    await Deno.writeTextFile(path, "\u001b[2J\u009b");
    const { message } = await assertRejects(() => readJson(path), Error, "expected JSON");
    assertEquals(/\p{C}/u.test(message), false, JSON.stringify(message));
  }));

Deno.test("readJson() refuses a key that an object holds twice, of which one would be lost", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/config.json`;
    await Deno.writeTextFile(
      path,
      '{"window_size": 256, "list": [{"a": 1}, {"a": 1}], "window_size": 4}',
    );
    await assertRejects(() => readJson(path), Error, 'each key once but found "window_size" twice');
    await Deno.writeTextFile(path, '{"list": [{"a": 1}, {"a": 1}], "a": 2}');
    assertEquals(await readJson(path), { list: [{ a: 1 }, { a: 1 }], a: 2 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const TAKERS: Record<string, (path: string) => Promise<unknown>> = {
  writeWhole: (path) => writeWhole(path, ""),
  replaceFiles: (path) => replaceFiles(path, [["a", ""]]),
  cleanLeftovers,
  loadCrosscoder,
  loadVocabulary,
  readStagewise,
};

Deno.test("whatever takes a path says so where there is none", async () => {
  const words = /^Cannot .*: expected a path but found .*: name /;
  for (const [name, take] of Object.entries(TAKERS)) {
    for (const path of [undefined, null, 5, ["a"], "", "a\0b"]) {
      assertMatch((await assertRejects(() => take(path as string)) as Error).message, words, name);
    }
  }
});
