// What fetchHub() leaves in the cache, and how often it asks for it.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { fetchHub } from "../../../lib/io/hub/fetch_hub.ts";
import { parseHub } from "../../../lib/io/hub/source.ts";
import type { HubProgress } from "../../../lib/io/hub/types.ts";
import { inFolder } from "../../util.ts";
import { COMMIT, etagOf, hubServer, large, LATER, model, type Repo, text } from "./server.ts";

const FILES = {
  "config.json": text("{}"),
  "empty.txt": text(""),
  "model.safetensors": large(300_000),
  "sub/folder/ä b.txt": text("below"),
};
const TINY = parseHub("hf:owner/tiny", "model")!;

Deno.test("fetchHub() fills the cache as Hugging Face lays it out, and asks for nothing twice", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const seen: HubProgress[] = [];
    const fetched = await fetchHub(TINY, { environment, onProgress: (step) => seen.push(step) });
    const repo = join(environment.cache, "models--owner--tiny");
    assertEquals(fetched, {
      folder: join(repo, "snapshots", COMMIT),
      commit: COMMIT,
      files: ["config.json", "empty.txt", "model.safetensors", "sub/folder/ä b.txt"],
    });
    for (const [path, file] of Object.entries(FILES)) {
      const pointer = join(fetched.folder, path);
      assertEquals(await Deno.readFile(pointer), file.bytes);
      assertEquals(
        await Deno.realPath(pointer),
        await Deno.realPath(join(repo, "blobs", etagOf(file))),
      );
    }
    assertEquals(
      await Deno.readLink(join(fetched.folder, "config.json")),
      `../../blobs/${etagOf(FILES["config.json"])}`,
    );
    assertEquals(await Deno.readTextFile(join(repo, "refs", "main")), COMMIT);
    assertEquals(await names(join(repo, "blobs")), Object.values(FILES).map(etagOf).sort());
    const total = 300_007;
    assertEquals(seen.at(-1), { file: "sub/folder/ä b.txt", done: total, total });
    assert(seen.every(({ done }, i) => done >= (seen[i - 1]?.done ?? 0)), "progress goes back");

    hub.log.length = 0;
    assertEquals(await fetchHub(TINY, { environment }), fetched);
    assertEquals(hub.log.map(({ path }) => path), ["/api/models/owner/tiny/revision/main"]);
    hub.log.length = 0;
    const pinned = parseHub(`hf:owner/tiny@${COMMIT}`, "model")!;
    assertEquals(await fetchHub(pinned, { environment }), fetched);
    assertEquals(hub.log, []);
  });
});

Deno.test("fetchHub() takes the files that are named or chosen, and no others", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const files = async (text: string, choose?: (path: string) => boolean) =>
      (await fetchHub(parseHub(text, "model")!, { environment, files: choose })).files;
    assertEquals(await files("hf:owner/tiny:config.json"), ["config.json"]);
    assertEquals(await files("hf:owner/tiny:sub"), ["sub/folder/ä b.txt"]);
    assertEquals(await files("hf:owner/tiny", (path) => path.endsWith(".txt")), [
      "empty.txt",
      "sub/folder/ä b.txt",
    ]);
    assertEquals(hub.log.some(({ path }) => path.includes("model.safetensors")), false);
    await assertRejects(
      () => files("hf:owner/tiny:confg.json"),
      Error,
      "did you mean one of config.json",
    );
    await assertRejects(
      () => files("hf:owner/tiny", () => false),
      Error,
      "none that is asked for among 4",
    );
  });
});

Deno.test("fetchHub() follows a branch to its new commit and downloads what changed", async () => {
  const repo: Repo = model(FILES);
  repo.commits[LATER] = { ...FILES, "config.json": text('{"new":1}') };
  await using hub = hubServer([repo]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    await fetchHub(TINY, { environment });
    repo.refs.main = LATER;
    hub.log.length = 0;
    const { folder: snapshot, commit } = await fetchHub(TINY, { environment });
    assertEquals(commit, LATER);
    assertEquals(await Deno.readTextFile(join(snapshot, "config.json")), '{"new":1}');
    assertEquals(hub.log.filter(({ path }) => path.includes("/resolve/")).length, 1);
    const earlier = await fetchHub(parseHub(`hf:owner/tiny@${COMMIT}`, "model")!, { environment });
    assertEquals(await Deno.readTextFile(join(earlier.folder, "config.json")), "{}");
    repo.refs["refs/pr/1"] = COMMIT;
    assertEquals(
      (await fetchHub(parseHub("hf:owner/tiny@refs/pr/1", "model")!, { environment })).commit,
      COMMIT,
    );
    assertEquals(
      await Deno.readTextFile(join(environment.cache, "models--owner--tiny/refs/refs/pr/1")),
      COMMIT,
    );
  });
});

Deno.test("fetchHub() keeps models and datasets of one name apart", async () => {
  const data: Repo = { ...model({ "a.txt": text("data") }), kind: "dataset" };
  await using hub = hubServer([model(FILES), data]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const { files, folder: snapshot } = await fetchHub({ ...TINY, kind: "dataset" }, {
      environment,
    });
    assertEquals(files, ["a.txt"]);
    assertEquals(snapshot, join(environment.cache, "datasets--owner--tiny", "snapshots", COMMIT));
    assertEquals((await fetchHub(TINY, { environment })).files.length, 4);
  });
});

Deno.test("fetchHub() gives the token to the hub, and to no other host", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    await fetchHub(TINY, { environment: hub.environment(folder, { token: "any-token" }) });
    const [own, other] = ["hub", "store"].map((host) =>
      hub.log.filter((asked) => asked.host === host)
    );
    assertEquals(own.length > 5 && own.every(({ token }) => token === "Bearer any-token"), true);
    assertEquals(other.map(({ token }) => token), [null]);
  });
});

Deno.test("fetchHub() checks what the cache holds, and fetches anew what is damaged", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const { folder: snapshot } = await fetchHub(TINY, { environment });
    const offline = { ...environment, offline: true };
    const damages: Record<string, Uint8Array> = {
      "config.json": new TextEncoder().encode("[]"), // as long, with another hash
      "model.safetensors": FILES["model.safetensors"].bytes.slice(1),
    };
    const found = { "config.json": "git's SHA-1", "model.safetensors": "found 299999 bytes" };
    for (const [path, bytes] of Object.entries(damages)) {
      await Deno.writeFile(join(snapshot, path), bytes);
      const error = await assertRejects(
        () => fetchHub(TINY, { environment: offline }),
        Error,
        path,
      );
      assertStringIncludes(error.message, found[path as keyof typeof found]);
      assertStringIncludes(error.message, "fetch it again, without HF_HUB_OFFLINE");
      const notes: string[] = [];
      await fetchHub(TINY, { environment, onNote: (note) => notes.push(note) });
      assertEquals(
        notes.some((note) => note.includes(path) && note.includes("fetched again")),
        true,
      );
      assertEquals(
        await Deno.readFile(join(snapshot, path)),
        FILES[path as keyof typeof FILES].bytes,
      );
    }
    await Deno.remove(join(snapshot, "config.json")); // the blob is still there
    hub.log.length = 0;
    await fetchHub(TINY, { environment });
    assertEquals(hub.log.length, 1);
    assertEquals(await Deno.readTextFile(join(snapshot, "config.json")), "{}");
  });
});

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}
