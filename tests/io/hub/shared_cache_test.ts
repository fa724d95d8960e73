// One cache for many: processes at once, programs in Python, machines without a network.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { expectRoom } from "../../../lib/io/hub/disk.ts";
import { fetchHub } from "../../../lib/io/hub/fetch_hub.ts";
import { openHub } from "../../../lib/io/hub/hub.ts";
import { localFolder } from "../../../lib/io/hub/local_folder.ts";
import { parseHub } from "../../../lib/io/hub/source.ts";
import { inFolder } from "../../util.ts";
import { COMMIT, etagOf, hubServer, large, model, nowhere, text } from "./server.ts";

const FILES = {
  "config.json": text("{}"),
  "model.safetensors": large(300_000),
  "sub/notes.txt": text("below"),
};
const TINY = parseHub("hf:owner/tiny", "model")!;
const WEIGHTS = `/${etagOf(FILES["model.safetensors"])}`;

Deno.test("fetchHub() at once in many places downloads each file once, and each finds it whole", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    hub.fault = async () => {
      await new Promise((done) => setTimeout(done, 20)); // time for the others to come
      return undefined;
    };
    const notes: string[] = [];
    const all = await Promise.all(
      Array.from(
        { length: 4 },
        () => fetchHub(TINY, { environment, onNote: (note) => notes.push(note) }),
      ),
    );
    for (const { folder: snapshot } of all) {
      for (const [path, { bytes }] of Object.entries(FILES)) {
        assertEquals(await Deno.readFile(join(snapshot, path)), bytes);
      }
    }
    assertEquals(hub.log.filter(({ path }) => path === WEIGHTS).length, 1);
    assert(notes.some((note) => note.includes("Another process downloads")), notes.join("\n"));
  });
});

Deno.test("a killed process leaves a part that another goes on from, and its lock is free", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const bytes = FILES["model.safetensors"].bytes;
    hub.fault = ({ path }) => {
      if (path !== WEIGHTS) return undefined;
      let sent = false;
      return new Response(
        new ReadableStream({
          pull(controller) {
            if (sent) return new Promise(() => {}); // never more
            controller.enqueue(bytes.slice(0, 120_000));
            sent = true;
          },
          cancel() {},
        }),
      );
    };
    const code = `
      import { fetchHub } from "${module("fetch_hub")}";
      import { parseHub } from "${module("source")}";
      const environment = ${JSON.stringify({ ...environment, timeout: 60_000 })};
      const onProgress = ({ done }) => done >= 120_000 && console.log(done);
      await fetchHub(parseHub("hf:owner/tiny", "model"), { environment, onProgress });`;
    const child = await start(code, ["--allow-read", "--allow-write", "--allow-sys=statfs"]);
    const reader = child.stdout.getReader();
    await reader.read(); // the part is there
    child.kill("SIGKILL");
    await reader.cancel();
    await child.status;
    hub.fault = undefined;
    hub.log.length = 0;
    const { folder: snapshot } = await fetchHub(TINY, { environment });
    assertEquals(hub.log.filter(({ path }) => path === WEIGHTS).map(({ range }) => range), [
      "bytes=120000-",
    ]);
    assertEquals(await Deno.readFile(join(snapshot, "model.safetensors")), bytes);
  });
});

Deno.test("fetchHub() copies where it may make no links, and says what it must be let do", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const code = `
      import { fetchHub } from "${module("fetch_hub")}";
      import { parseHub } from "${module("source")}";
      const environment = ${JSON.stringify(environment)};
      try {
        console.log((await fetchHub(parseHub("hf:owner/tiny", "model"), { environment })).folder);
      } catch (error) {
        console.log(error.message);
      }`;
    const lib = fromFileUrl(new URL("../../../lib", import.meta.url));
    const scoped = [`--allow-read=${folder},${lib}`, `--allow-write=${folder}`];
    const said = async (leave: string[]) => {
      const { stdout } = await (await start(code, leave)).output();
      return new TextDecoder().decode(stdout).trim();
    };
    assertStringIncludes(await said(scoped), "run with --allow-sys=statfs");
    const snapshot = await said([...scoped, "--allow-sys=statfs"]);
    assertEquals((await Deno.lstat(join(snapshot, "config.json"))).isSymlink, false);
    assertEquals(await Deno.readTextFile(join(snapshot, "sub/notes.txt")), "below");
    const offline = { ...environment, offline: true };
    assertEquals((await fetchHub(TINY, { environment: offline })).files, Object.keys(FILES).sort());
  });
});

Deno.test("fetchHub() asks nothing where HF_HUB_OFFLINE is set", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const offline = { ...environment, offline: true };
    await assertRejects(
      () => fetchHub(TINY, { environment: offline }),
      Error,
      "since the hub may not be asked",
    );
    assertEquals(hub.log, []);
    await fetchHub(TINY, { environment, files: (path) => path.endsWith(".json") });
    hub.log.length = 0;
    const some = await fetchHub(TINY, {
      environment: offline,
      files: (path) => path === "config.json",
    });
    assertEquals(some.files, ["config.json"]);
    await assertRejects(
      () => fetchHub(TINY, { environment: offline }),
      Error,
      "expected model.safetensors in",
    );
    await Deno.remove(join(some.folder, "..", "..", "trees"), { recursive: true }); // as older programs leave it
    assertEquals((await fetchHub(TINY, { environment: offline })).files, ["config.json"]);
    assertEquals(hub.log, []);
  });
});

Deno.test("fetchHub() goes on with the cache where the hub is out of reach, and says so", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const pause = () => Promise.resolve();
    const away = { ...environment, endpoint: nowhere() };
    const lost = await assertRejects(() => fetchHub(TINY, { environment: away, pause }), Error);
    assert(
      /^Cannot fetch hf:owner\/tiny@main: expected an answer of .* but found no connection \(.*Connection refused\), 2 times: connect to a network/
        .test(lost.message),
      lost.message,
    );
    const fetched = await fetchHub(TINY, { environment });
    const notes: string[] = [];
    assertEquals(
      await fetchHub(TINY, { environment: away, pause, onNote: (note) => notes.push(note) }),
      fetched,
    );
    assertStringIncludes(notes.at(-1)!, "Going on with what the cache holds");
    hub.fault = () => new Response(null, { status: 503 });
    assertEquals(await fetchHub(TINY, { environment, pause }), fetched);
    hub.fault = () => new Response(null, { status: 404 }); // it answers, and says no
    await assertRejects(() => fetchHub(TINY, { environment, pause }), Error, "status 404");
  });
});

Deno.test("expectRoom() asks for a larger disk before a byte is asked for", async () => {
  await using hub = hubServer([model({ ...FILES })]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const opened = await openHub(TINY, { environment });
    const free = () => Promise.resolve(2_000_000);
    await expectRoom(opened, { folder, bytes: 2_000_000, free });
    const error = await assertRejects(
      () => expectRoom(opened, { folder, bytes: 2_900_000_000, free }),
      Error,
    );
    assertStringIncludes(
      error.message,
      `expected room for 2.9 GB on the disk of ${folder} but found 2.0 MB: free some`,
    );
    const item = { type: "file", path: "model.safetensors", size: 10 ** 15, oid: "f".repeat(40) };
    hub.fault = ({ path }) => path.includes("/tree/") ? Response.json([item]) : undefined;
    await assertRejects(
      () => fetchHub(TINY, { environment }),
      Error,
      "expected room for 1000.0 TB",
    );
    assertEquals(hub.log.some(({ path }) => path.includes("/resolve/")), false);
  });
});

Deno.test("localFolder() pins what it fetched, and leaves a path as it is", async () => {
  await using hub = hubServer([model(FILES)]);
  await inFolder(async (folder) => {
    const environment = hub.environment(folder);
    const snapshot = join(environment.cache, "models--owner--tiny", "snapshots", COMMIT);
    assertEquals(await localFolder("hf:owner/tiny:sub/notes.txt", { kind: "model", environment }), {
      path: join(snapshot, "sub", "notes.txt"),
      folder: snapshot,
      from: { ...TINY, file: "sub/notes.txt", commit: COMMIT },
    });
    const whole = await localFolder("hf:owner/tiny", { kind: "model", environment });
    assertEquals(whole, { path: snapshot, folder: snapshot, from: { ...TINY, commit: COMMIT } });
    assertEquals(await localFolder("some/where", { kind: "model" }), {
      path: "some/where",
      folder: "some/where",
    });
  });
});

/** A module of the hub's. */
function module(name: string): string {
  return new URL(`../../../lib/io/hub/${name}.ts`, import.meta.url).href;
}

/** Starts a program that may ask this machine, and what `leave` says. */
async function start(code: string, leave: string[]): Promise<Deno.ChildProcess> {
  const flags = ["--no-lock", "--no-check", "--quiet", "--no-prompt", "--allow-net=127.0.0.1"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, ...leave, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  return child;
}

const PYTHON = Deno.env.get("CROSSLAB_PYTHON") ?? "python3";
const hasHub = await new Deno.Command(PYTHON, {
  args: ["-c", "import huggingface_hub"],
  stderr: "null",
})
  .output().then(({ success }) => success, () => false);

Deno.test({
  name: "Python's huggingface_hub finds what fetchHub() left, and fetchHub() what Python left",
  ignore: !hasHub,
  async fn() {
    await using hub = hubServer([model(FILES)]);
    await inFolder(async (folder) => {
      const environment = hub.environment(folder);
      const python = async (verb: string, cache: string) => {
        const script = fromFileUrl(new URL("python_cache.py", import.meta.url));
        const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
          args: [script, verb, TINY.repo],
          env: {
            HF_HUB_CACHE: cache,
            HF_ENDPOINT: hub.endpoint,
            HF_TOKEN_PATH: join(folder, "none"),
          },
        }).output();
        assert(success, new TextDecoder().decode(stderr));
        return JSON.parse(new TextDecoder().decode(stdout));
      };
      const { folder: snapshot } = await fetchHub(TINY, { environment });
      const sizes = Object.fromEntries(
        Object.entries(FILES).map(([path, { bytes }]) => [path, bytes.length]),
      );
      assertEquals(await python("find", environment.cache), {
        folder: await Deno.realPath(snapshot),
        files: sizes,
        config: "config.json",
        refs: ["main"],
        warnings: [],
      });

      const theirs = join(folder, "python");
      const found = await python("fetch", theirs);
      assertEquals(found.files, sizes);
      hub.log.length = 0;
      const ours = await fetchHub(TINY, {
        environment: { ...environment, cache: theirs, offline: true },
      });
      assertEquals(await Deno.realPath(ours.folder), found.folder);
      assertEquals(ours.files, Object.keys(FILES).sort());
      assertEquals(hub.log, []);
    });
  },
});
