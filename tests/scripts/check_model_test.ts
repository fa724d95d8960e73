// deno task check-model, as users run it: with the permissions of deno.json.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { writeModel } from "../model/_files.ts";
import { CONFIG, weightsOf } from "../model/_files.ts";
import { toHuggingFace } from "../../lib/model/architectures/gpt_neo/config.ts";
import { inFolder } from "../util.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));

async function run(args: string[]) {
  const words = tasks["check-model"].command.split(" ");
  const start = words.indexOf("deno") + 1;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words.slice(start), ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_WEBGPU_BACKEND: "vulkan,metal,dx12", XDG_RUNTIME_DIR: "/tmp" },
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, error };
}

Deno.test("deno task check-model writes what a folder gives, finds it again, and finds a change", () =>
  inFolder(async (folder) => {
    await writeModel(folder, weightsOf(CONFIG), toHuggingFace(CONFIG));
    const without = await run([folder]);
    assertEquals(without.code, 1);
    assertStringIncludes(
      without.error,
      "expected self_test.json, what the model must give, but found none",
    );
    assertEquals(await run([folder, "--write"]), {
      code: 0,
      out: "wrote what 2 prompts give\n",
      error: "",
    });
    const same = await run([folder]);
    assertEquals([same.code, same.error], [0, ""]);
    assertMatch(
      same.out,
      /^as stated: \d+ numbers of 2 prompts\nlargest error \S+, relative \S+ \(at most 1e-4\)\n/,
    );
    const path = join(folder, "self_test.json"), test = await readJson(path);
    test.prompts[1].positions[0].log_sum_exp += 0.01;
    await writeJson(path, test);
    const other = await run([folder]);
    assertEquals(other.code, 1);
    assertMatch(other.out, /^not as stated: [^]*largest at prompt 1, position 4, log Σ exp: /);
  }));

Deno.test("deno task check-model says what is missing, and writes into no cache", async () => {
  const refused = async (args: string[], words: string) => {
    const { code, error } = await run(args);
    assertEquals(code, 1);
    assertStringIncludes(error, words);
  };
  await refused([], "expected a model but found none: see --help");
  await refused(
    ["hf:owner/name", "--write"],
    "expected a folder of your own but found hf:owner/name",
  );
});
