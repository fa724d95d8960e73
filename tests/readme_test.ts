// What README.md says is true: its table is of the runs that are kept, its example prints what its
// comments say, its folders, tasks and options exist.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readKept, resultsText } from "../scripts/readme/fill.ts";
import { SYSTEMS } from "../scripts/systems.ts";

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

Deno.test("README's table says what the kept runs give: run deno task readme where it does not", async () => {
  const text = resultsText(SYSTEMS, await readKept(CHECKOUT));
  assertStringIncludes(README, `<!-- results:begin -->\n\n${text}\n\n<!-- results:end -->`);
});

Deno.test("README has at most 150 lines, and its table room for no more than 12 rows", () => {
  assert(README.trimEnd().split("\n").length <= 150);
  assert(SYSTEMS.flatMap(({ headlines }) => headlines).length <= 12);
});

Deno.test("every row of README's table names a figure of its system", () => {
  for (const { id, headlines, figures } of SYSTEMS) {
    const ids = figures.map(({ id }) => id);
    for (const { figure } of headlines) assert(ids.includes(figure), `${id}: ${figure}`);
    assert(headlines.length > 0, `${id} is missing`);
  }
});

Deno.test("README's example prints what its comments say", async () => {
  const [, code] = /```ts\n([^]*?)```/.exec(README)!;
  const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
  assertEquals(promised.length, 2);
  assertEquals(await printed(code), promised);
});

Deno.test("README names every folder of lib, and no file or folder that is not there", async () => {
  const paths = [
    ...README.matchAll(/(?<![\w/])(?:kernels|lib|scripts|notebooks|tests)\/[\w/.-]*\w\/?/g),
  ]
    .map(([path]) => path).filter((path) => !path.includes("/x."));
  for (const path of new Set(paths)) await Deno.stat(join(CHECKOUT, path));
  for await (const { name, isDirectory } of Deno.readDir(join(CHECKOUT, "lib"))) {
    if (isDirectory) assert(paths.includes(`lib/${name}/`), `lib/${name}/ is missing`);
  }
});

Deno.test("README names the tasks that have no --help", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(CHECKOUT, "deno.json")));
  const silent = [];
  for (const [name, { command }] of Object.entries<{ command: string }>(tasks)) {
    const script = /scripts\/\w+\.ts$/.exec(command)?.[0];
    const source = script === undefined ? "" : await Deno.readTextFile(join(CHECKOUT, script));
    if (!/\bHELP\b|"--help"/.test(source)) silent.push(`\`${name}\``);
  }
  assertStringIncludes(README, `all but ${silent.join(" and ")} have \`--help\``);
});

Deno.test("README names no task and no option that is not there", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(CHECKOUT, "deno.json")));
  const named = README.matchAll(/(?:deno task|scripts\/run\.sh) ([\w-]+)/g);
  for (const [, task] of named) assert(task in tasks, task);
  const options = new Set(["allow-import", "install", "reload"]); // of Deno and of its kernel
  for await (const { name } of Deno.readDir(join(CHECKOUT, "scripts"))) {
    if (!name.endsWith(".ts")) continue;
    const source = await Deno.readTextFile(join(CHECKOUT, "scripts", name));
    for (const [, option] of source.matchAll(/^ {2}--([\w-]+)/gm)) options.add(option);
  }
  for (const [, option] of README.matchAll(/(?<![-!\w])--([a-z][\w-]*)/g)) {
    assert(options.has(option), `--${option}`);
  }
});
