// Pieces of a file that is not downloaded.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { fetchHub } from "../../../lib/io/hub/fetch_hub.ts";
import { hubFile } from "../../../lib/io/hub/hub_file.ts";
import { listHub } from "../../../lib/io/hub/list_hub.ts";
import { parseHub } from "../../../lib/io/hub/source.ts";
import { inFolder } from "../../util.ts";
import {
  bytesOf,
  COMMIT,
  cutAfter,
  etagOf,
  hubServer,
  large,
  nowhere,
  type Repo,
  text,
} from "./server.ts";

const STORIES = large(100_000);
const DATA: Repo = {
  kind: "dataset",
  name: "owner/stories",
  refs: { main: COMMIT },
  commits: { [COMMIT]: { "data/train.txt": STORIES, "README.md": text("# stories") } },
};
const SOURCE = parseHub("hf:owner/stories:data/train.txt", "dataset")!;

Deno.test("hubFile() reads pieces by range requests, and its pieces are the file", async () => {
  await using hub = hubServer([DATA]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder, { token: "secret" });
    const file = await hubFile(SOURCE, { environment });
    const { url, size, commit, etag } = file;
    assertEquals({ url, size, commit, etag }, {
      url: `${hub.endpoint}/datasets/owner/stories/resolve/${COMMIT}/data/train.txt`,
      size: 100_000,
      commit: COMMIT,
      etag: etagOf(STORIES),
    });
    for (
      const [start, end] of [[0, 10], [99_990, 100_000], [5, 5], [0, 100_000], [33_333, 66_666]]
    ) {
      assertEquals(
        await file.read(start, end),
        STORIES.bytes.slice(start, end),
        `${start} to ${end}`,
      );
    }
    assertEquals(
      hub.log.filter(({ host, range, token }) =>
        host === "store" && range !== null && token === null
      ).length,
      4,
    );
    for (const [start, end] of [[-1, 5], [5, 4], [0, 100_001], [0.5, 2]]) {
      await assertRejects(
        () => file.read(start, end),
        RangeError,
        "Cannot read a piece of hf:owner/stories",
      );
    }
    const small = await hubFile({ ...SOURCE, file: "README.md" }, { environment });
    assertEquals(new TextDecoder().decode(await small.read(2, 9)), "stories");
  });
});

Deno.test("hubFile() reads the cache where the file is there, and nothing else without a network", async () => {
  await using hub = hubServer([DATA]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const offline = { ...environment, offline: true };
    await assertRejects(
      () => hubFile(SOURCE, { environment: offline }),
      Error,
      "since the hub may not be asked",
    );
    await hubFile(SOURCE, { environment });
    await assertRejects(
      () => hubFile(SOURCE, { environment: offline }),
      Error,
      "since the hub may not be asked",
    );
    await fetchHub(SOURCE, { environment });
    hub.log.length = 0;
    for (const at of [offline, { ...environment, endpoint: nowhere() }]) {
      const file = await hubFile(SOURCE, { environment: at, pause: () => Promise.resolve() });
      assertEquals(await file.read(50_000, 50_100), STORIES.bytes.slice(50_000, 50_100));
    }
    assertEquals(hub.log, []);
    assertEquals(
      await Deno.readTextFile(join(environment.cache, "datasets--owner--stories/refs/main")),
      COMMIT,
    );
  });
});

Deno.test("hubFile() tries again after a cut, and refuses another part than it asked for", async () => {
  await using hub = hubServer([DATA]);
  await inFolder(async (folder) => {
    const notes: string[] = [];
    const options = {
      environment: hub.environment(folder),
      pause: () => Promise.resolve(),
      onNote: (note: string) => notes.push(note),
    };
    const file = await hubFile(SOURCE, options);
    let cuts = 2;
    hub.fault = ({ host }, request) => {
      if (host !== "store" || cuts-- <= 0) return undefined;
      const { status, headers } = bytesOf(STORIES.bytes, request);
      return cutAfter(500, STORIES.bytes.slice(0, 1000), {
        status,
        headers: { "content-range": headers.get("content-range")! },
      });
    };
    assertEquals(await file.read(2000, 3000), STORIES.bytes.slice(2000, 3000));
    assertEquals(notes.length, 2);
    const wrong: Record<string, () => Response> = {
      "status 200": () => new Response(STORIES.bytes),
      "bytes 0-99/100000": () =>
        new Response(STORIES.bytes.slice(0, 100), {
          status: 206,
          headers: { "content-range": "bytes 0-99/100000" },
        }),
      "bytes 10-109/99": () =>
        new Response(STORIES.bytes.slice(0, 100), {
          status: 206,
          headers: { "content-range": "bytes 10-109/99" },
        }),
    };
    for (const [found, answer] of Object.entries(wrong)) {
      hub.fault = ({ host }) => host === "store" ? answer() : undefined;
      const { message } = await assertRejects(() => file.read(10, 110), Error, found);
      assertStringIncludes(message, "fetch the whole file first");
    }
  });
});

Deno.test("hubFile() names the files that may have been meant", async () => {
  await using hub = hubServer([DATA]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const near = (file?: string) => hubFile({ ...SOURCE, file }, { environment });
    await assertRejects(() => near("data/trian.txt"), Error, "did you mean one of data/train.txt");
    await assertRejects(() => near("data"), Error, "data/train.txt");
    await assertRejects(() => near(), Error, "after a colon but found none");
  });
});

Deno.test("listHub() names the files of a commit, and downloads none", async () => {
  await using hub = hubServer([DATA]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const { commit, files } = await listHub({ ...SOURCE, file: undefined }, { environment });
    assertEquals(commit, COMMIT);
    assertEquals(files.map(({ path, size }) => [path, size]), [["README.md", 9], [
      "data/train.txt",
      100_000,
    ]]);
    assertEquals(
      (await listHub({ ...SOURCE, file: "data" }, { environment })).files.map(({ path }) => path),
      ["data/train.txt"],
    );
    assertEquals(hub.log.some(({ path }) => path.includes("/resolve/")), false);
  });
});
