// What users can reach: every room of lib has a door, lib/mod.ts and deno.json name it, nothing that commands and notebooks
// use is behind another one, and what is exported is of use to somebody.
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import * as everything from "../lib/mod.ts";
import { exportsOf, namesIn, namespaced, sourcesIn } from "./import_graph.ts";

const CHECKOUT = fromFileUrl(new URL("..", import.meta.url));
const read = (path: string) => Deno.readTextFile(join(CHECKOUT, path));
const rooms = [...Deno.readDirSync(join(CHECKOUT, "lib"))]
  .filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();

/** Names and texts of all sources, read once. */
const sources = await sourcesIn(["lib", "scripts", "tests"]);
const doors = new Map(rooms.map((room) => [room, sources.get(`lib/${room}/mod.ts`)]));

Deno.test("every room of lib has a door with an example, and lib/mod.ts and deno.json name it", async () => {
  const { exports } = JSON.parse(await read("deno.json"));
  assertEquals(exports["."], "./lib/mod.ts");
  for (const room of rooms) {
    const door = doors.get(room);
    assert(door, `lib/${room}/mod.ts is missing`);
    assert(/^\/\*\*[^]*?```ts\n[^]*?@module/.test(door), `lib/${room}/mod.ts shows no example`);
    assertEquals(exports[`./${room}`], `./lib/${room}/mod.ts`);
    assert(room in everything, `lib/mod.ts has no namespace ${room}`);
  }
  assertEquals(Object.keys(exports).length, rooms.length + 1);
});

Deno.test("lib/mod.ts has some 25 verbs beside the rooms, each with an example that runs", () => {
  const verbs = Object.entries(everything).filter(([, value]) => typeof value === "function");
  assert(verbs.length >= 20 && verbs.length <= 30, `${verbs.length} verbs`);
  const bare: string[] = [];
  for (const [verb] of verbs) {
    const declared = new RegExp(`^export (async )?function\\*? ${verb}\\b`, "m");
    const [path, text] = [...sources].find(([path, text]) =>
      path.startsWith("lib/") && declared.test(text)
    )!;
    const pages = text + doors.get(path.split("/")[1]);
    const examples = [...pages.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
    if (!examples.some((code) => new RegExp(`\\b${verb}\\(`).test(code))) {
      bare.push(`${path}: ${verb}`);
    }
  }
  assertEquals(bare, []);
});

Deno.test("what the commands use of lib stands in the door of its room", () => {
  const missing: string[] = [];
  for (const [path, text] of sources) {
    // What measures kernels calls them.
    if (!path.startsWith("scripts/") || /^scripts\/(bench|gpu_check\/measure)/.test(path)) continue;
    for (const { from, name } of namesIn(path, text)) {
      const room = /^lib\/(\w+)\//.exec(from)?.[1];
      if (room === undefined) continue;
      const door = doors.get(room)!, inner = namespaced(door).map((file) => `lib/${room}/${file}`);
      if (inner.includes(from)) continue;
      const named = [door, ...inner.map((file) => sources.get(file)!)].flatMap(exportsOf);
      if (!named.includes(name)) {
        missing.push(`lib/${room}/mod.ts, or a door in it: export { ${name} } (${from})`);
      }
    }
  }
  assertEquals([...new Set(missing)].sort(), []);
});

Deno.test("what lib exports is imported by somebody", () => {
  const used = new Set<string>();
  for (const [path, text] of sources) {
    for (const { from, name } of namesIn(path, text)) used.add(`${from} ${name}`);
  }
  const idle: { path: string; name: string }[] = [];
  for (const [path, text] of sources) {
    if (!path.startsWith("lib/") || used.has(`${path} *`)) continue;
    for (const name of text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)) {
      if (!used.has(`${path} ${name[1]}`)) idle.push({ path, name: name[1] });
    }
  }
  assertEquals(idle, []);
});
