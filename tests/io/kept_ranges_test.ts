import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { ByteSource } from "../../lib/io/byte_source.ts";
import { keepRanges } from "../../lib/io/kept_ranges.ts";
import { inFolder } from "../util.ts";

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7 + (i >> 3)) & 255);

/** Bytes that are far away; `asked` says which were asked for. */
function far(bytes = BYTES, fail?: () => unknown) {
  const asked: [number, number][] = [];
  const source: ByteSource = {
    name: "far",
    size: bytes.length,
    read(from, to) {
      const error = fail?.();
      if (error) return Promise.reject(error);
      asked.push([from, to]);
      return Promise.resolve(bytes.slice(from, to));
    },
    [Symbol.dispose]() {},
  };
  return { source, asked };
}

Deno.test("keepRanges() gives the bytes of any range, and asks for each block once", async () => {
  await inFolder(async (root) => {
    const folder = join(root, "kept");
    const { source, asked } = far();
    const kept = await keepRanges(source, { folder, block: 64 });
    for (const [from, to] of [[0, 1], [60, 70], [100, 500], [999, 1000], [128, 128], [0, 1000]]) {
      assertEquals(await kept.read(from, to), BYTES.slice(from, to), `${from} to ${to}`);
    }
    assertEquals(new Set(asked.map(([from]) => from)).size, asked.length);
    assert(asked.every(([from, to]) => from % 64 === 0 && (to - from === 64 || to === 1000)));
    const again = far(BYTES, () => new Error("no network"));
    const later = await keepRanges(again.source, { folder, block: 64 });
    assertEquals(await later.read(0, 1000), BYTES);
  });
});

Deno.test("keepRanges() goes on after a reading that was cut", async () => {
  await inFolder(async (root) => {
    const folder = join(root, "kept");
    let left = 3;
    const cut = far(BYTES, () => left-- <= 0 ? new Error("cut") : undefined);
    const first = await keepRanges(cut.source, { folder, block: 100 });
    await assertRejects(() => first.read(0, 1000), Error, "cut");
    const rest = far();
    const second = await keepRanges(rest.source, { folder, block: 100 });
    assertEquals(await second.read(0, 1000), BYTES);
    assertEquals(rest.asked[0], [300, 400]);
    assertEquals(rest.asked.length, 7);
  });
});

Deno.test("keepRanges() reads a damaged block again and says so, and refuses nothing else for it", async () => {
  const damage: Record<string, (path: string) => Promise<void>> = {
    flipped: async (path) => await Deno.writeFile(path, (await Deno.readFile(path)).fill(0, 3, 9)),
    cut: (path) => Deno.truncate(path, 40),
    grown: async (path) => await Deno.writeFile(path, new Uint8Array(5000), { append: true }),
    removed: (path) => Deno.remove(path),
  };
  for (const [title, hurt] of Object.entries(damage)) {
    await inFolder(async (root) => {
      const folder = join(root, "kept");
      await (await keepRanges(far().source, { folder, block: 100 })).read(0, 1000);
      const notes: string[] = [];
      const { source, asked } = far();
      const kept = await keepRanges(source, { folder, block: 100, onNote: (n) => notes.push(n) });
      const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
      await hurt(join(folder, names.find((name) => name.startsWith("4-"))!));
      assertEquals(await kept.read(0, 1000), BYTES, title);
      assertEquals(asked, [[400, 500]], title);
      assertEquals(notes.length, 1, title);
    });
  }
});

Deno.test("keepRanges() drops what it kept of a file of another size", async () => {
  await inFolder(async (root) => {
    const folder = join(root, "kept");
    await (await keepRanges(far().source, { folder, block: 100 })).read(0, 1000);
    const notes: string[] = [];
    const { source, asked } = far(BYTES.slice(0, 250));
    const kept = await keepRanges(source, { folder, block: 100, onNote: (n) => notes.push(n) });
    assertEquals(await kept.read(0, 250), BYTES.slice(0, 250));
    assertEquals([asked.length, notes.length], [3, 1]);
  });
});

Deno.test("keepRanges() asks for room for all that is foreseen, and says what came of it", async () => {
  await inFolder(async (root) => {
    const rooms: number[] = [], heard: { done: number; total: number }[] = [];
    const options = {
      folder: join(root, "kept"),
      block: 100,
      expectRoom: (bytes: number) => (rooms.push(bytes), Promise.resolve()),
      onProgress: (progress: { done: number; total: number }) => heard.push(progress),
    };
    const kept = await keepRanges(far().source, options);
    await kept.read(310, 320);
    assertEquals(rooms, [100]); // one block
    kept.foresee!([[950, 5000], [120, 450], [430, 510]]);
    await kept.read(120, 130);
    assertEquals(rooms, [100, 500]); // blocks 1, 2, 4, 5 and 9; block 3 is there
    await kept.read(0, 10);
    assertEquals(rooms, [100, 500, 500]); // and block 0, which nobody foresaw
    const steps = [[0, 100], [100, 100], [100, 600], [200, 600], [200, 700], [300, 700]];
    assertEquals(heard, steps.map(([done, total]) => ({ done, total })));
    await kept.read(0, 200);
    await (await keepRanges(far().source, options)).read(310, 320);
    assertEquals([rooms.length, heard.length], [3, 6]); // all is there
  });
});

Deno.test("keepRanges() reads nothing where there is no room for what is foreseen", async () => {
  await inFolder(async (root) => {
    const { source, asked } = far();
    const expectRoom = (bytes: number) =>
      bytes > 300 ? Promise.reject(new Error(`no room for ${bytes}`)) : Promise.resolve();
    const kept = await keepRanges(source, { folder: join(root, "kept"), block: 100, expectRoom });
    kept.foresee!([[0, 301]]);
    await assertRejects(() => kept.read(0, 10), Error, "no room for 400");
    assertEquals(asked, []);
    kept.foresee!([[0, 300]]);
    assertEquals(await kept.read(0, 10), BYTES.slice(0, 10));
  });
});

Deno.test("keepRanges() lets two readers fill one folder at once", async () => {
  await inFolder(async (root) => {
    const folder = join(root, "kept");
    const readers = await Promise.all(
      Array.from({ length: 3 }, () => keepRanges(far().source, { folder, block: 10 })),
    );
    const found = await Promise.all(readers.map((reader) => reader.read(0, 1000)));
    for (const bytes of found) assertEquals(bytes, BYTES);
    const names = await Array.fromAsync(Deno.readDir(folder));
    assertEquals(names.length, 101); // and no temporary file
  });
});
