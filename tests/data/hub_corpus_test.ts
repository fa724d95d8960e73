// Data sets of a hub on this machine, as corpora: which bytes are asked for, what a second run needs, what is refused.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { type Corpus, type CorpusOptions, openCorpus } from "../../lib/data/corpus.ts";
import { fetchHub } from "../../lib/io/hub/fetch_hub.ts";
import type { HubProgress } from "../../lib/io/hub/types.ts";
import {
  bytesOf,
  COMMIT,
  cutAfter,
  type File,
  hubServer,
  LATER,
  type Repo,
  text,
} from "../io/hub/server.ts";
import { inFolder } from "../util.ts";

const END = "<|endoftext|>";
const MEBI = 1 << 20;

/** Records of about four kibibytes each. */
function tales(count: number, word: string): File {
  const filler = "They flew the kite all day and told a tale to the sea. ".repeat(75);
  const records = Array.from(
    { length: count },
    (_, i) => `Summary: ${word} ${i}.\nStory: \n\n${word} ${i} had a kite. ${filler}\n${END}\n`,
  );
  return { ...text(records.join("")), large: true };
}

const TRAIN = tales(2300, "Tom"), VALID = tales(50, "Ann");
const parquet = async (name: string): Promise<File> => ({
  bytes: await Deno.readFile(
    fromFileUrl(import.meta.resolve(`../fixtures/parquet/${name}.parquet`)),
  ),
  large: true,
});

const dataset = (name: string, files: Record<string, File>): Repo => ({
  kind: "dataset",
  name,
  refs: { main: COMMIT },
  commits: { [COMMIT]: files },
});
const INSTRUCT = dataset("owner/Instruct", {
  "README.md": text("Tales"),
  "Tales-train.txt": TRAIN,
  "Tales-valid.txt": VALID,
});

type Hub = ReturnType<typeof hubServer>;

/** Opens corpora with a hub and an empty cache. */
async function withHub(
  repos: Repo[],
  run: (
    open: (text: string, options?: CorpusOptions) => Promise<Corpus>,
    hub: Hub,
    rest: { folder: string; notes: string[] },
  ) => Promise<void>,
): Promise<void> {
  await using hub = hubServer(repos);
  await inFolder(async (folder) => {
    const notes: string[] = [];
    const common = {
      environment: hub.environment(folder),
      pause: () => Promise.resolve(),
      onNote: (note: string) => notes.push(note),
    };
    await run((text, options) => openCorpus(text, { ...common, ...options }), hub, {
      folder,
      notes,
    });
  });
}

const bytesAsked = ({ log }: Hub) =>
  log.flatMap(({ range }) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    return from === undefined ? [] : [Number(to) - Number(from) + 1];
  }).reduce((sum, n) => sum + n, 0);

Deno.test("openCorpus() reads what it needs of a data set's two files, and pins the commit", async () => {
  assert(TRAIN.bytes.length > 9 * MEBI);
  await withHub([INSTRUCT], async (open, hub) => {
    const corpus = await open("hf:owner/Instruct", { n: 100, test: 20, published: true });
    assertEquals(corpus.from, {
      repo: "owner/Instruct",
      commit: COMMIT,
      file: "Tales-train.txt, Tales-valid.txt",
    });
    assertEquals([corpus.records.length, corpus.test?.length], [100, 20]);
    assert(corpus.records[0].story.includes("Tom 1 had a kite."));
    assert(corpus.test![0].story.includes("Ann 1 had a kite."));
    const asked = 2 * (4 * MEBI + VALID.bytes.length); // by both hosts
    assertEquals(bytesAsked(hub), asked);
    const before = bytesAsked(hub);
    const more = await open("hf:owner/Instruct", { n: 1300, test: 20, published: true });
    assertEquals(more.records.slice(0, 100), corpus.records);
    assertEquals(bytesAsked(hub) - before, 2 * 4 * MEBI); // one block more
  });
});

Deno.test("openCorpus() needs no network for what was read before", async () => {
  await withHub([INSTRUCT], async (open, hub, { folder, notes }) => {
    const online = await open("hf:owner/Instruct", { n: 50, test: 5 });
    hub.log.length = 0;
    const offline = hub.environment(folder, { offline: true });
    assertEquals(await open("hf:owner/Instruct", { n: 50, test: 5, environment: offline }), online);
    assertEquals([hub.log, notes], [[], []]);
    const dead = hub.environment(folder, { endpoint: "http://127.0.0.1:9" });
    assertEquals(await open("hf:owner/Instruct", { n: 50, test: 5, environment: dead }), online);
    assert(notes.some((note) => note.includes("Going on with what the cache holds")));
    await assertRejects(
      () => open("hf:owner/Instruct", { n: 2300, environment: offline }),
      Error,
      "since the hub may not be asked, but found none: fetch it first",
    );
    await assertRejects(
      () => open("hf:owner/Instruct", { n: 2300, environment: dead }),
      Error,
      "connect to a network",
    );
    await assertRejects(
      () => open("hf:owner/Other", { environment: offline }),
      Error,
      "since the hub may not be asked",
    );
  });
});

Deno.test("openCorpus() says how much came of how much, of all files together", async () => {
  await withHub([INSTRUCT], async (open) => {
    const heard: HubProgress[] = [];
    const onProgress = (progress: HubProgress) => heard.push(progress);
    await open("hf:owner/Instruct", { n: 1300, test: 20, onProgress });
    const block = 4 * MEBI, all = 2 * block, held = VALID.bytes.length;
    assertEquals(heard.map(({ file, done, total }) => [file, done, total]), [
      ["Tales-train.txt", 0, block], // nothing is known yet
      ["Tales-train.txt", block, block],
      ["Tales-train.txt", block, all],
      ["Tales-train.txt", all, all],
      ["Tales-valid.txt", all, all + held],
      ["Tales-valid.txt", all + held, all + held],
    ]);
    assert(heard.every(({ about }) => about));
    await open("hf:owner/Instruct", { n: 1300, test: 20, onProgress });
    assertEquals(heard.length, 6); // all of it is there
  });
});

Deno.test("openCorpus() asks for room for what it will read, once the first block shows how much", async () => {
  const size = 10 ** 15; // no disk has it
  await withHub([INSTRUCT], async (open, hub, { folder }) => {
    const oid = "c".repeat(64);
    const item = { path: "big.txt", size, oid: "f".repeat(40), lfs: { oid, size } };
    hub.fault = ({ path }, request) => {
      if (path.includes("/tree/")) return Response.json([{ type: "file", ...item }]);
      if (!path.endsWith("/big.txt")) return undefined;
      const { status, headers } = bytesOf(TRAIN.bytes, request);
      const content = headers.get("content-range")!.replace(/\d+$/, `${size}`);
      const [, from, to] = /(\d+)-(\d+)/.exec(content)!.map(Number);
      return new Response(TRAIN.bytes.slice(from, to + 1), {
        status,
        headers: { "content-range": content },
      });
    };
    const { records } = await open("hf:owner/Instruct:big.txt", { n: 800 });
    assertEquals(records.length, 800); // of a file that has no room
    hub.log.length = 0;
    for (const published of [false, true]) {
      const { message } = await assertRejects(
        () => open("hf:owner/Instruct:big.txt", { n: 10 ** 11, published }),
        Error,
        "expected room for about ",
      );
      const [, terabytes] = /about (\d+\.\d) TB on the disk/.exec(message)!;
      const each = TRAIN.bytes.length / 2300; // of 10^11 records, less three standard errors
      assert(Number(terabytes) > 0.85 * each / 10 && Number(terabytes) < each / 10, message);
      assert(message.includes("free some, ask for fewer records, or set HF_HOME"), message);
    }
    assertEquals(hub.log.some(({ range }) => range !== null), false); // the first block was there
    const other = hub.environment(join(folder, "other"));
    await assertRejects(
      () => open("hf:owner/Instruct:big.txt", { n: 10 ** 11, environment: other }),
      Error,
      "expected room for about ",
    );
    assertEquals(hub.log.flatMap(({ range }) => range ?? []), [`bytes=0-${4 * MEBI - 1}`]);
  });
});

Deno.test("openCorpus() counts what it will read of the files after the first", async () => {
  const shards = Array.from({ length: 3 }, (_, i) => tales(1500, `Tom the ${i}.`));
  const names = shards.map((_, i) => `train-0000${i}-of-00003.txt`);
  const files = Object.fromEntries(names.map((name, i) => [name, shards[i]]));
  await withHub([dataset("owner/Shards", files)], async (open) => {
    const first = async (n: number) => {
      const totals: number[] = [];
      const onProgress = ({ done, total }: HubProgress) => done > 0 && totals.push(total);
      await open("hf:owner/Shards", { n, onProgress });
      return totals.find((total) => total > 4 * MEBI);
    };
    const each = shards[0].bytes.length;
    await open(`hf:owner/Shards:${names[1]}`, { n: 1500 }); // all of the second is here
    const total = (await first(3500))!;
    // the first, nothing of the second, 500 records of the third: less three standard errors of a
    // mean of a thousand, for the 2500 to come
    const least = each * (1 + 1 / 3 - 2500 / 1500 * 3 / Math.sqrt(1000));
    assert(total > least && total < each * (1 + 1 / 3), `${total}, ${least}`);
  });
});

Deno.test("openCorpus() reads a whole file where the cache has it", async () => {
  await withHub([INSTRUCT], async (open, hub, { folder }) => {
    const environment = hub.environment(folder);
    await fetchHub({ kind: "dataset", repo: "owner/Instruct", revision: "main" }, { environment });
    hub.log.length = 0;
    const offline = { ...environment, offline: true };
    const corpus = await open("hf:owner/Instruct", { n: 2200, environment: offline });
    assertEquals([corpus.records.length, hub.log.length], [2200, 0]);
    assertEquals((await open("hf:owner/Instruct", { n: 20 })).from?.commit, COMMIT);
  });
});

Deno.test("openCorpus() takes the revision, the file and the column that are named", async () => {
  const repo = {
    ...dataset("owner/Tales", {
      "data/train-00000-of-00002-abc.parquet": await parquet("zstd"),
      "data/train-00001-of-00002-def.parquet": await parquet("snappy"),
      "data/validation-00000-of-00001.parquet": await parquet("story"),
      "Tales-train.txt": VALID,
    }),
    refs: { main: COMMIT, old: LATER },
  };
  repo.commits[LATER] = {
    "a.txt": text(`One.\n${END}\nTwo.\n${END}\n`),
    "b.parquet": await parquet("other_columns"),
  };
  await withHub([repo], async (open) => {
    const both = await open("hf:owner/Tales", { n: 14 });
    assertEquals(both.from?.file.split(", ").length, 3);
    assertEquals([both.records.length, both.test?.length], [14, 14]);
    const first = await open("hf:owner/Tales", { n: 5 });
    assertEquals(first.from?.file.includes("00001-of-00002-def"), false); // not opened
    const body = await open("hf:owner/Tales:data/train-00000-of-00002-abc.parquet#body", { n: 3 });
    assert(body.records[0].story.startsWith("TOM HAS"));
    assertEquals(body.test, undefined);
    const old = await open("hf:owner/Tales@old:a.txt", { n: 6 });
    assertEquals(old.from, { repo: "owner/Tales", commit: LATER, file: "a.txt" });
    assertEquals([...new Set(old.records.map(({ story }) => story))].sort(), ["One.", "Two."]);
    const pinned = await open(`hf:owner/Tales@${LATER}:a.txt`, { n: 6 });
    assertEquals([pinned.records, pinned.from], [old.records, old.from]);
    const refused: [string, string][] = [
      [
        "hf:owner/Tales@old",
        'expected one *.parquet, *.jsonl or *.txt with "train" in its name but found a.txt, b.parquet: name the file',
      ],
      ["hf:owner/Tales@old:b.parquet", 'found "id" (INT64, no text), "body"'],
      [
        "hf:owner/Tales@old:a.txt#body",
        'Cannot read column "body": expected a file *.parquet but found a.txt',
      ],
      ["hf:owner/Tales@old:c.txt", "but found none named c.txt"],
      ["hf:owner/Tales@new", "Cannot fetch hf:owner/Tales@new"],
      ["hf:owner/None", "Cannot fetch hf:owner/None@main"],
      ["hf:owner", "Cannot fetch hf:owner@main"],
      ["hf:", "expected OWNER/NAME after hf:"],
    ];
    for (const [text, message] of refused) {
      await assertRejects(() => open(text), Error, message, text);
    }
  });
});

Deno.test("openCorpus() goes on after cuts and a busy hub, and refuses a server that gives other bytes", async () => {
  await withHub([INSTRUCT], async (open, hub, { folder, notes }) => {
    let faults = 3;
    hub.fault = ({ host, range }, request) => {
      if (host !== "store" || range === null || faults-- <= 0) return undefined;
      if (faults === 2) return new Response(null, { status: 503 });
      if (faults === 1) return new Response(null, { status: 429, headers: { "retry-after": "1" } });
      const { status, headers } = bytesOf(TRAIN.bytes, request);
      return cutAfter(900, TRAIN.bytes.slice(0, 4 * MEBI), {
        status,
        headers: { "content-range": headers.get("content-range")! },
      });
    };
    assertEquals((await open("hf:owner/Instruct", { n: 20, test: 5 })).records.length, 20);
    assertEquals(notes.length, 3);
    const piece = TRAIN.bytes.slice(4 * MEBI, 8 * MEBI);
    const content = `bytes ${4 * MEBI}-${8 * MEBI - 1}/${TRAIN.bytes.length}`;
    const answers: Record<string, () => Response> = {
      "status 200": () => new Response(piece),
      "416": () => new Response(null, { status: 416 }),
      "fetch the whole file first": () =>
        new Response(piece, { status: 206, headers: { "content-range": "bytes 0-9/10" } }),
      "an end after 100 bytes": () =>
        new Response(piece.slice(0, 100), { status: 206, headers: { "content-range": content } }),
      "404": () => new Response(null, { status: 404 }),
    };
    for (const [message, answer] of Object.entries(answers)) {
      hub.fault = ({ host }) => host === "store" ? answer() : undefined;
      await assertRejects(() => open("hf:owner/Instruct", { n: 1300 }), Error, message, message);
    }
    hub.fault = undefined;
    const ranges = join(folder, "hub", "datasets--owner--Instruct", "ranges");
    for await (const { name } of Deno.readDir(ranges)) {
      for await (const { name: block } of Deno.readDir(join(ranges, name))) {
        assert(!block.includes("tmp"), block); // nothing half-written
      }
    }
    assertEquals((await open("hf:owner/Instruct", { n: 1300 })).records.length, 1300);
  });
});

Deno.test("openCorpus() refuses a file that changes between its pieces", async () => {
  await withHub([INSTRUCT], async (open, hub) => {
    let asked = 0;
    hub.fault = ({ host }, request) =>
      host === "store" ? bytesOf(TRAIN.bytes, request, { etag: `"${asked++}"` }) : undefined;
    const message = 'expected pieces of one file, with the tag "0", but found "1"';
    await assertRejects(
      () => open("hf:owner/Instruct:Tales-train.txt", { n: 1300 }),
      Error,
      message,
    );
  });
});
