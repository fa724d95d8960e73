import { assertEquals } from "@std/assert";
import { heldShifts } from "../../../../lib/diff/causal/edits/shifts.ts";
import { upload } from "../../../../lib/tensor/tensor.ts";
import { devices } from "../../../tensor/gpu_util.ts";

const { gpu } = devices[0];

Deno.test("heldShifts() shifts the tokens that it is told, and edits nothing where there are none", async () => {
  const rows = new Map([["hook_embed", Float32Array.of(1, 2, 3, 4)]]);
  using held = heldShifts(gpu, { tokens: 3, places: [1], rows });
  using x = upload(gpu, { shape: [3, 4], data: new Float32Array(12) });
  using shifted = held.edits["hook_embed"](x, "hook_embed")!;
  assertEquals([...await shifted.read()], [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
  const nothing = new Map([["hook_embed", new Float32Array()]]);
  using none = heldShifts(gpu, { tokens: 3, places: [], rows: nothing }); // a latent fires nowhere
  assertEquals(none.edits, {});
});
