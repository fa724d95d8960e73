import { assertRejects } from "@std/assert";
import { blockInteractions } from "../../../lib/interactions/penalty/block_interactions.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;

Deno.test("blockInteractions() refuses a dictionary that a penalty has killed, which has no means", async () => {
  const dead = randomCoder();
  dead.arrays.b_enc.data.fill(-100);
  await assertRejects(
    () => blockInteractions(randomModel(gpu), dead, randomText()),
    RangeError,
    "Cannot measure interactions of block 0: expected active latents that do something but found none",
  );
});
