// What README.md says is true: its example prints what its comments say, its folders and options exist.
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { HELP as FIGURES } from "../scripts/figures.ts";
import { HELP as REPLICATE } from "../scripts/replicate.ts";

const CHECKOUT = fromFileUrl(new URL("..", import.meta.url));
const README = await Deno.readTextFile(join(CHECKOUT, "README.md"));

/** Runs a program without a permission, as the README does; returns what it printed, line by line. */
async function printed(code: string): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-readme-" });
  try {
    const path = join(folder, "example.ts");
    const lib = new URL("../lib/mod.ts", import.meta.url).href;
    await Deno.writeTextFile(path, code.replaceAll("./lib/mod.ts", lib));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      cwd: folder,
      args: ["run", "--quiet", "--no-prompt", path],
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim().split("\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("README's example prints what its comments say", async () => {
  const [, code] = /```ts\n([^]*?)```/.exec(README)!;
  const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
  assertEquals(promised.length, 5);
  assertEquals(await printed(code), promised);
});

Deno.test("README names every folder of lib, and no room that is not there", async () => {
  const named = [...README.matchAll(/^\| `((?:kernels|lib|scripts|notebooks|tests)[\w/.]*)`/gm)]
    .map(([, path]) => path);
  for (const path of named) await Deno.stat(join(CHECKOUT, path));
  for await (const { name, isDirectory } of Deno.readDir(join(CHECKOUT, "lib"))) {
    if (isDirectory) assert(named.includes(`lib/${name}/`), `lib/${name}/ is missing`);
  }
});

Deno.test("README names the options that replicate and figures know, and no task that is not there", async () => {
  for (const [script, help] of Object.entries({ replicate: REPLICATE, figures: FIGURES })) {
    const known = [...help.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name)
      .filter((name) => name !== "help");
    const lines = README.split("\n").filter((line) => line.startsWith(`    deno task ${script} `));
    const told = [...lines.join("\n").matchAll(/--([\w-]+)/g)].map(([, name]) => name);
    assertEquals(new Set(told), new Set(known), script);
  }
  const { tasks } = JSON.parse(await Deno.readTextFile(join(CHECKOUT, "deno.json")));
  for (const [, task] of README.matchAll(/deno task ([\w-]+)/g)) assert(task in tasks, task);
});
