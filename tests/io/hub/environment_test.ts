// What is asked for, where its files lie, and as whom: Hugging Face's variables.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { HUB_VARIABLES, hubEnvironment } from "../../../lib/io/hub/environment.ts";
import { inFolder } from "../../util.ts";

const read = (given: Record<string, string>) => hubEnvironment((name) => given[name]);
const HOME = "/nowhere/at-home";

Deno.test("hubEnvironment() has the hub's own defaults", async () => {
  assertEquals(await read({ HOME }), {
    endpoint: "https://huggingface.co",
    cache: `${HOME}/.cache/huggingface/hub`,
    token: undefined,
    offline: false,
    timeout: 10_000,
  });
});

Deno.test("hubEnvironment() takes the cache from the nearest variable, as Python's does", async () => {
  const cache = async (given: Record<string, string>) => (await read({ HOME, ...given })).cache;
  assertEquals(await cache({ XDG_CACHE_HOME: "/x" }), "/x/huggingface/hub");
  assertEquals(await cache({ XDG_CACHE_HOME: "/x", HF_HOME: "/h" }), "/h/hub");
  assertEquals(await cache({ HF_HOME: "~/h" }), `${HOME}/h/hub`);
  assertEquals(await cache({ HF_HOME: "/h", HF_HUB_CACHE: "/c" }), "/c");
  assertEquals(await cache({ HF_HOME: "", HF_HUB_CACHE: " " }), `${HOME}/.cache/huggingface/hub`);
  await assertRejects(() => read({}), Error, "expected HF_HOME or HOME in the environment");
});

Deno.test("hubEnvironment() reads the switch and the address", async () => {
  const offline = async (HF_HUB_OFFLINE: string) => (await read({ HOME, HF_HUB_OFFLINE })).offline;
  assertEquals(await Promise.all(["1", "true", "Yes", "ON", "0", "no", ""].map(offline)), [
    ...[true, true, true, true],
    ...[false, false, false],
  ]);
  const endpoint = async (HF_ENDPOINT: string) => (await read({ HOME, HF_ENDPOINT })).endpoint;
  assertEquals(await endpoint("http://127.0.0.1:8000/"), "http://127.0.0.1:8000");
  assertEquals(await endpoint("https://mirror.example/hf/"), "https://mirror.example/hf");
  for (
    const wrong of [
      "huggingface.co",
      "file:///etc",
      "https://u:secret@x.example",
      "https://x.example?a",
    ]
  ) {
    const error = await assertRejects(() => endpoint(wrong), RangeError, "expected HF_ENDPOINT");
    assertEquals(error.message.includes("secret"), false);
  }
  assertEquals((await read({ HOME, HF_HUB_DOWNLOAD_TIMEOUT: "2.5" })).timeout, 2500);
  for (const wrong of ["0", "-1", "ten", "Infinity"]) {
    await assertRejects(
      () => read({ HOME, HF_HUB_DOWNLOAD_TIMEOUT: wrong }),
      RangeError,
      "seconds above 0",
    );
  }
});

Deno.test("hubEnvironment() finds the token of the variable, then that of a login, and never shows it", async () => {
  await inFolder(async (folder) => {
    const token = async (given: Record<string, string>) =>
      (await read({ HF_HOME: folder, ...given })).token;
    assertEquals(await token({}), undefined);
    await Deno.writeTextFile(join(folder, "token"), "hf_stored\n");
    await Deno.writeTextFile(join(folder, "other"), "hf_other");
    assertEquals(await token({}), "hf_stored");
    assertEquals(await token({ HF_TOKEN_PATH: join(folder, "other") }), "hf_other");
    assertEquals(await token({ HF_TOKEN: " plain-token " }), "plain-token");
    assertEquals(await token({ HF_TOKEN: "hf_x", HF_HUB_OFFLINE: "1" }), undefined);
    const error = await assertRejects(
      () => token({ HF_TOKEN: "hf_a\nx-evil: 1" }),
      RangeError,
      "copy HF_TOKEN",
    );
    assertEquals(error.message.includes("evil"), false);
  });
});

Deno.test("hubEnvironment() says which variables it must be let read", async () => {
  const module = new URL("../../../lib/io/hub/environment.ts", import.meta.url).href;
  const code = `import { hubEnvironment } from "${module}"; await hubEnvironment();`;
  const { success, stderr } = await withoutLeave(code);
  assertEquals(success, false);
  assertStringIncludes(new TextDecoder().decode(stderr), `--allow-env=${HUB_VARIABLES.join(",")}`);
});

/** Runs a program that may read files and nothing else. */
async function withoutLeave(code: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--quiet", "--no-prompt", "--allow-read", "-"],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  return await child.output();
}
