import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { replaceFiles } from "../../lib/io/file_set.ts";
import { inFolder } from "../util.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("replaceFiles() writes a new set and deletes what the new set has not", () =>
  inFolder(async (folder) => {
    await replaceFiles(folder, [["weights", "old"], ["extra", "old"], ["config", "old"]]);
    await replaceFiles(folder, [["weights", "new"], ["extra", undefined], ["config", "new"]]);
    assertEquals(names(folder), ["config", "weights"]);
    assertEquals(await Deno.readTextFile(join(folder, "weights")), "new");
  }));

Deno.test("replaceFiles() leaves the old set where a new file cannot be written", () =>
  inFolder(async (folder) => {
    await replaceFiles(folder, [["weights", "old"], ["config", "old"]]);
    await Deno.mkdir(join(folder, "config.new")); // no file can be renamed to it
    await assertRejects(() => replaceFiles(folder, [["weights", "new"], ["config", "new"]]));
    assertEquals(await Deno.readTextFile(join(folder, "weights")), "old");
    assertEquals(await Deno.readTextFile(join(folder, "config")), "old");
  }));

Deno.test("replaceFiles() leaves no last file where it is stopped between the others", () =>
  inFolder(async (folder) => {
    await replaceFiles(folder, [["weights", "old"], ["config", "old"]]);
    await Deno.remove(join(folder, "weights"));
    await Deno.mkdir(join(folder, "weights", "in the way"), { recursive: true });
    await assertRejects(() => replaceFiles(folder, [["weights", "new"], ["config", "new"]]));
    assertEquals(names(folder).includes("config"), false);
  }));
