// Models and crosscoders by their names on the hub, from a hub on this machine.
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { type File, hubServer, model as repository } from "./server.ts";
import { openGpu } from "../../../lib/gpu/mod.ts";
import { saveModel } from "../../../lib/model/mod.ts";
import { runChild } from "../../children/child.ts";
import { tinyModel } from "../../model/tiny_model.ts";
import { inFolder } from "../../util.ts";

Deno.test("loadModel() and vocabularyOf() take a model's name on the hub, or a folder in it", () =>
  inFolder(async (folder) => {
    using gpu = await openGpu();
    const own = join(folder, "own");
    await saveModel(own, tinyModel(gpu));
    const files: Record<string, File> = {};
    for await (const { name } of Deno.readDir(own)) {
      files[`inner/${name}`] = {
        bytes: await Deno.readFile(join(own, name)),
        large: /safe/.test(name),
      };
    }
    await using server = hubServer([repository(files)]);
    const variables = { HF_ENDPOINT: server.endpoint, HF_HUB_CACHE: join(folder, "cache") };
    const { stdout, stderr } = await runChild("hub_model.ts", [own], variables);
    assertEquals(stdout, "as expected\n", stderr);
  }));
