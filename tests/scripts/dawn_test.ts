// A task on Dawn: what it starts, and what it refuses.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

async function task(words: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...words],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, error };
}

Deno.test("deno task dawn names the tasks that compute on a GPU", async () => {
  for (
    const words of [["dawn"], ["dawn", "figures"], ["dawn", "test"], ["dawn", "dawn"], [
      "dawn",
      "constructor",
    ]]
  ) {
    const { code, error } = await task(words);
    assertMatch(error, /^error: Cannot run on Dawn: expected one of replicate, .*bench, /m);
    assertStringIncludes(error, `found ${words[1] ? JSON.stringify(words[1]) : "no task"}`);
    assertEquals(code, 1);
  }
  assertMatch((await task(["dawn", "--help"])).out, /\n {2}TASK {3}replicate, .*bench, /);
});

Deno.test("deno task dawn starts a task on Dawn; the task alone says what to do", async () => {
  const words = ["check-model", "nowhere"];
  const own = await task(["dawn", ...words]); // its adapter may be refused; the package is there
  assert(own.code === 1 && !own.error.includes("Cannot load Dawn"), own.error);
  for (const asked of ["dawn:none_such", "none_such"]) {
    const wrong = await task(["dawn", ...words], { CROSSLAB_WEBGPU: asked });
    assertStringIncludes(wrong.error, 'but found "none_such"');
  }
  const without = await task(words, { CROSSLAB_WEBGPU: "dawn" });
  assertMatch(without.error, /^error: Cannot load Dawn: .*deno task dawn TASK/m);
});
