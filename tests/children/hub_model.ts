// Child process: a model by its name on the hub of this process's variables, and two names that fail.
// Argument: a folder with the same model.
import { assertEquals, assertRejects } from "@std/assert";
import { openGpu } from "../../lib/gpu/mod.ts";
import { loadModel, vocabularyOf } from "../../lib/model/mod.ts";
import { readParameters } from "../../lib/tensor/parameters.ts";

using gpu = await openGpu();
const own = await loadModel(gpu, Deno.args[0]), found = await loadModel(gpu, "hf:owner/tiny:inner");
assertEquals(await readParameters(found.parameters), await readParameters(own.parameters));
await assertRejects(() => vocabularyOf("hf:owner/tiny:inner"), Error, "found no tokenizer.json");
await assertRejects(() => loadModel(gpu, "hf:owner/none"), Error, "Cannot fetch hf:owner/none");
console.log("as expected");
