// deno task fetch, as users run it: with the permissions of deno.json, against a hub on this machine.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { HUB_VARIABLES } from "../../lib/io/hub/environment.ts";
import { isModelFile } from "../../lib/io/hub/model_files.ts";
import { progressWords } from "../../scripts/hub_progress.ts";
import { runChild } from "../children/child.ts";
import { COMMIT, hubServer, large, model, type Repo, text } from "../io/hub/server.ts";
import { inFolder } from "../util.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));

const MODEL = model({
  "README.md": text("# tiny"),
  "config.json": text("{}"),
  "model.safetensors": large(200_000),
  "pytorch_model.bin": large(190_000),
});
const STORIES: Repo = {
  kind: "dataset",
  name: "owner/stories",
  refs: { main: COMMIT },
  commits: {
    [COMMIT]: {
      "data/a.parquet": text("a"),
      "data/b.parquet": text("b"),
      "stories.txt": text("c"),
    },
  },
};

/** Whatever the machine that tests has set. */
const QUIET = { HF_TOKEN: "", HF_TOKEN_PATH: "", HF_HUB_CACHE: "", HF_HUB_OFFLINE: "" };

/** Runs the task; what it may read of the environment is what it is given here. */
async function run(args: string[], env: Record<string, string>) {
  const [, ...words] = tasks.fetch.command.split(" ");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...QUIET, ...env },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

Deno.test("deno task fetch brings what a model needs, two at once, and then needs no network", async () => {
  await using hub = hubServer([MODEL]);
  await inFolder(async (folder) => {
    const env = { HF_HOME: folder, HF_ENDPOINT: hub.endpoint };
    hub.fault = async () => {
      await new Promise((done) => setTimeout(done, 50));
      return undefined;
    };
    const [a, b] = await Promise.all([run(["hf:owner/tiny"], env), run(["hf:owner/tiny"], env)]);
    const snapshot = join(folder, "hub", "models--owner--tiny", "snapshots", COMMIT);
    const line = `hf:owner/tiny@${COMMIT}: 2 files in ${snapshot}\n`;
    assertEquals([a.code, a.out, b.code, b.out], [0, line, 0, line], a.err + b.err);
    assertMatch(a.err + b.err, /config\.json: 0 bytes of 200\.0 kB[^]*downloaded 200\.0 kB in \d/);
    for (const path of ["config.json", "model.safetensors"]) {
      assertEquals(await Deno.readFile(join(snapshot, path)), MODEL.commits[COMMIT][path].bytes);
    }
    const again = await run([`hf:owner/tiny@${COMMIT}`], { HF_HOME: folder, HF_HUB_OFFLINE: "1" });
    assertEquals(again, { code: 0, out: line, err: "" });
  });
});

Deno.test("deno task fetch --dataset takes globs and single files", async () => {
  await using hub = hubServer([STORIES]);
  await inFolder(async (folder) => {
    const env = { HF_HOME: folder, HF_ENDPOINT: hub.endpoint };
    const counts = async (...args: string[]) =>
      /: (\d) files? in/.exec((await run(["--dataset", ...args], env)).out)?.[1];
    assertEquals(await counts("hf:owner/stories", "--files", "data/*.parquet"), "2");
    assertEquals(await counts("hf:owner/stories:stories.txt"), "1");
    assertEquals(await counts("hf:owner/stories"), "3");
  });
});

Deno.test("deno task fetch says in one line what it cannot fetch, and leaves nothing", async () => {
  await using hub = hubServer([MODEL]);
  await inFolder(async (folder) => {
    const env = { HF_HOME: folder, HF_ENDPOINT: hub.endpoint };
    const cases: [string[], string][] = [
      [["hf:owner/none"], "set HF_TOKEN if it is private"],
      [["hf:owner/tiny@v9"], "a branch, a tag or a commit"],
      [["hf:owner/tiny:none"], "did you mean one of"],
      [["hf:owner"], "a model of that name"],
      [["hf:owner/tiny/x"], "OWNER/NAME after hf:"],
      [["some/where"], "paths need no fetching"],
      [[], "expected hf:OWNER/NAME but found none"],
      [["hf:owner/tiny", "--file", "x"], "did you mean --files"],
      [["hf:owner/tiny", "--files", "*.gguf"], "none that is asked for among 4"],
    ];
    const words = JSON.stringify(cases.map(([args]) => args));
    const ended = await runChild("fetch_cases.ts", [words], { ...QUIET, ...env });
    assertEquals(ended.code, 0, ended.stderr);
    for (const [i, message] of (JSON.parse(ended.stdout) as string[]).entries()) {
      assertStringIncludes(message, cases[i][1]);
      assertMatch(message, /^Cannot [^\n]*: [^\n]*$/);
    }
    const { code, out, err } = await run(["hf:owner/none"], env);
    assertEquals([code, out], [1, ""], err);
    assertMatch(err, /^error: Cannot fetch hf:owner\/none@main: [^\n]*\n$/);
    const offline = await run(["hf:owner/tiny"], { ...env, HF_HUB_OFFLINE: "1" });
    assertStringIncludes(
      offline.err,
      "since the hub may not be asked, but found none: fetch it first",
    );
    const left = await Array.fromAsync(Deno.readDir(join(folder, "hub"))).catch(() => []);
    assert(left.every(({ name }) => name === "models--owner--tiny"), JSON.stringify(left));
    const inside = await Array.fromAsync(Deno.readDir(join(folder, "hub", "models--owner--tiny")));
    assertEquals(inside.map(({ name }) => name), ["trees"]); // the list of its files, which is whole
  });
});

Deno.test("the tasks that take hf: may read the hub's variables, and reach the hub", () => {
  for (const name of ["replicate", "fetch", "merge", "prove", "check-proof"]) {
    const { command } = tasks[name];
    const [, variables] = /--allow-env=(\S+)/.exec(command)!;
    for (const variable of HUB_VARIABLES) {
      assert(variables.split(",").includes(variable), `${name}: ${variable}`);
    }
    const asks = name !== "check-proof";
    assertEquals([/--allow-net /.test(command), /--allow-sys=\S*statfs/.test(command)], [
      asks,
      asks,
    ], name);
  }
});

Deno.test("isModelFile() takes one form of the weights, and nothing below", () => {
  const chosen = (...all: string[]) => all.filter((path) => isModelFile(path, all));
  const shards = ["model-00001-of-00002.safetensors", "model.safetensors.index.json"];
  assertEquals(
    chosen(...shards, "pytorch_model-00001-of-00002.bin", "consolidated.safetensors"),
    shards,
  );
  const torch = ["pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json", "merges.txt"];
  assertEquals(
    chosen(...torch, "training_args.bin", "optimizer.pt", "tf_model.h5", ".gitattributes"),
    torch,
  );
  assertEquals(chosen("adapter_config.json", "adapter_model.bin"), [
    "adapter_config.json",
    "adapter_model.bin",
  ]);
  assertEquals(chosen("config.json", "pytorch_model.bin", "onnx/model.safetensors"), [
    "config.json",
    "pytorch_model.bin",
  ]);
  assertEquals(chosen("D/config.json", "D/coder.safetensors"), [
    "D/config.json",
    "D/coder.safetensors",
  ]);
});

Deno.test("progressWords() gives the rate since the download began, not since the file did", () => {
  const step = { file: "a", done: 3_000_000, total: 5_000_000 };
  assertEquals(
    progressWords(step, { at: 1000, bytes: 1_000_000 }, 3000),
    "a: 3.0 MB of 5.0 MB, 1.0 MB/s, 2 s left",
  );
  assertEquals(progressWords(step, { at: 1000, bytes: 3_000_000 }, 1000), "a: 3.0 MB of 5.0 MB");
  assertEquals(
    progressWords({ ...step, about: true }, { at: 1000, bytes: 0 }, 4000),
    "a: 3.0 MB of about 5.0 MB, 1.0 MB/s, 2 s left",
  );
});
