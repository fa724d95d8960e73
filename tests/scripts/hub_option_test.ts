// hf: where a model, a crosscoder or a corpus is taken: with the permissions of each task.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { saveMaxOfK } from "../../lib/proofs/max_of_k.ts";
import { COMMIT, hubServer, model, text } from "../io/hub/server.ts";
import { W1 } from "../proofs/tiny_models.ts";
import { inFolder } from "../util.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));

/** Runs a task of deno.json as it stands there. */
async function run(task: string, args: string[], env: Record<string, string>) {
  const words = tasks[task].command.split(" ");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words.slice(words.indexOf("deno") + 1), ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", HF_TOKEN: "", HF_HUB_CACHE: "", HF_HUB_OFFLINE: "", ...env },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

Deno.test("prove takes a model of the hub, and check-proof takes it from the cache alone", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "model.safetensors"), out = join(folder, "n4.json");
    await saveMaxOfK(path, W1);
    const bytes = await Deno.readFile(path);
    await using hub = hubServer([model({ "max/model.safetensors": { bytes, large: true } })]);
    const env = { HF_HOME: folder, HF_ENDPOINT: hub.endpoint };
    const named = `hf:owner/tiny@${COMMIT}:max/model.safetensors`;
    const early = await run("check-proof", [out, "--model", named], env);
    assertEquals(early.code, 1);
    const proof = await run("prove", [
      "--model",
      named,
      "--strategy",
      "N4",
      "--grid",
      "256",
      "--out",
      out,
    ], env);
    assertEquals([proof.code, /^57 of 64/.test(proof.out)], [0, true], proof.err);
    hub.log.length = 0;
    const check = await run("check-proof", [out, "--model", named], env);
    assertEquals([check.code, /^accepted/.test(check.out)], [0, true], check.err);
    const other = await run(
      "check-proof",
      [out, "--model", "hf:owner/other:model.safetensors"],
      env,
    );
    assertEquals(other.code, 1);
    assertStringIncludes(
      other.err,
      "since the hub may not be asked, but found none: fetch it first",
    );
    assertEquals(hub.log, []);
  });
});

Deno.test("replicate interactions says what the hub has not, with exit code 1, and leaves nothing", async () => {
  await inFolder(async (folder) => {
    await using hub = hubServer([model({ "config.json": text("{}") })]);
    const env = { HF_HOME: folder, HF_ENDPOINT: hub.endpoint };
    const out = join(folder, "out");
    const cases: [string, string][] = [
      ["hf:owner/none", "set HF_TOKEN if it is private"],
      ["hf:owner/tiny@v2", "a branch, a tag or a commit"],
      ["hf:owner", "a model of that name"],
      ["hf:owner/tiny:sub/model", "did you mean one of config.json"],
    ];
    for (const [named, words] of cases) {
      const args = [
        "interactions",
        "--preset",
        "smoke",
        "--model",
        named,
        "--coder",
        "none",
        "--out",
        out,
      ];
      const { code, err } = await run("replicate", args, env);
      assertEquals(code, 1, err);
      assertMatch(err, /^error: Cannot fetch hf:[^\n]*\n$/);
      assertStringIncludes(err, words);
    }
    assertEquals(await Deno.stat(out).then(() => true, () => false), false);
  });
});
