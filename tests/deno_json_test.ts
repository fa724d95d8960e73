import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const config = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
const imports: Record<string, string> = config.imports;

/** `npm:@scope/name@1.2.3/path` → ["@scope/name", "1.2.3"] */
const SPECIFIER = /npm:((?:@[\w.-]+\/)?[\w.-]+)@([\w.+^~*-]+)/;

function nameAndVersion(specifier: string): [string, string] {
  const match = SPECIFIER.exec(specifier);
  assert(match, `expected npm:name@version but found ${specifier}`);
  return [match[1], match[2]];
}

async function* modules(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* modules(path);
    else if (/\.ts$/.test(entry.name)) yield path;
  }
}

/** Every quoted specifier that a module imports, re-exports, or resolves. */
function specifiers(source: string): string[] {
  const code = source.replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const quoted = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bresolve\(\s*)["']([^"'\n]+)["']/g;
  return [...code.matchAll(quoted)].map((match) => match[1]);
}

Deno.test("deno.json names exact versions", () => {
  for (const specifier of Object.values(imports)) {
    assertMatch(nameAndVersion(specifier)[1], /^\d+\.\d+\.\d+$/, specifier);
  }
});

Deno.test("lib names the versions that deno.json names, and no bare specifier", async () => {
  const versions = new Map(Object.values(imports).map(nameAndVersion));
  const wrong = [];
  for await (const path of modules(join(ROOT, "lib"))) {
    for (const specifier of specifiers(await Deno.readTextFile(path))) {
      const where = `${relative(ROOT, path)}: ${specifier}`;
      if (/^(\.\.?\/|node:)/.test(specifier)) continue;
      if (!specifier.startsWith("npm:")) wrong.push(`${where} is bare`);
      else {
        const [name, version] = nameAndVersion(specifier);
        if (versions.get(name) !== version) {
          wrong.push(`${where}, deno.json: ${versions.get(name)}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("specifiers() sees every way to name a module", () => {
  const source = `
    import a from "a"; import "b"; export * from "c"; import type { D } from 'd';
    const e = await import("e"); import.meta.resolve("f");
    // import g from "g";
    /** import h from "h"; */
  `;
  assertEquals(specifiers(source), ["a", "b", "c", "d", "e", "f"]);
});

Deno.test("deno.json names permissions one by one, and never waits for an answer", () => {
  for (const [name, { command }] of Object.entries<{ command: string }>(config.tasks)) {
    if (!/deno (run|test) /.test(command)) continue;
    assert(!/ (-A|--allow-all)\b/.test(command), name);
    assert(command.includes("--no-prompt"), name);
  }
});

Deno.test("deno.json freezes the lock in every task, and for nobody's own program", () => {
  const own = /deno (?:run|test|check)\b(?! --frozen )/; // what stands after && is a command of its own
  for (const [name, { command }] of Object.entries<{ command: string }>(config.tasks)) {
    assert(!own.test(command), name);
    assert(/deno (run|test|check) --frozen /.test(command) || /^deno task/.test(command), name);
  }
  assertEquals(config.lock, undefined);
});

Deno.test("a program beside lib imports a package that crosslab does not have", async () => {
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(join(ROOT, path)));
  const lock = await read("deno.lock");
  // Another package brings it along, so that it is there without a network.
  const [its] = Object.keys(lock.npm).filter((name) => name.startsWith("tslib@"));
  assertEquals([its.length > 6, lock.specifiers[`npm:${its}`]], [true, undefined]);
  const folder = await Deno.makeTempDir({ prefix: "crosslab-own-package-" });
  try {
    for (const file of ["deno.json", "deno.lock", "lib/io/nearest.ts"]) {
      await Deno.mkdir(dirname(join(folder, file)), { recursive: true });
      await Deno.copyFile(join(ROOT, file), join(folder, file));
    }
    const code = `
      import { __assign } from "npm:${its}";
      import { nearestNames } from "./lib/io/nearest.ts";
      console.log(typeof __assign, nearestNames("bcd", ["a", "bc"], 1)[0]);`;
    await Deno.writeTextFile(join(folder, "own.ts"), code);
    const args = ["run", "--quiet", "--no-check", "--no-prompt"];
    for (const more of [[], ["--frozen"]]) { // what Deno noted in the lock is in the way of no task
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...args, ...more, "own.ts"],
        cwd: folder,
      }).output();
      const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals(out, "function bc\n", error);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("more.lock holds all that deno.lock holds of crosslab's packages, and Dawn", async () => {
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(join(ROOT, path)));
  const lock = await read("deno.lock");
  const more = await read("scripts/more.lock");
  for (const [name, version] of Object.values(imports).map(nameAndVersion)) {
    const specifier = `npm:${name}@${version}`; // deno.lock may hold packages of a user's own as well
    assert(lock.specifiers[specifier]?.startsWith(version), specifier);
    assertEquals(more.specifiers[specifier], lock.specifiers[specifier], specifier);
  }
  assertEquals(more.workspace, lock.workspace);
  const dawn = (specifiers: Record<string, string>) =>
    Object.keys(specifiers).filter((name) => name.startsWith("npm:webgpu@"));
  const found = [dawn(lock.specifiers), dawn(more.specifiers).length];
  // 51 MB of a first run
  assertEquals(found, [[], 1], "where a program of yours asked for Dawn: git checkout deno.lock");
});
