import { assertEquals, assertThrows } from "@std/assert";
import { removeLatents, uploadRemoval } from "../../../lib/interactions/truth/remove_latents.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { assertClose, random } from "../../util.ts";

const gpu = await openGpu();
const [ROWS, WIDTH, LATENTS] = [300, 6, 400];
const x = random(1, ROWS * WIDTH), table = random(2, LATENTS * WIDTH);
const latents = Uint32Array.from({ length: 2 * ROWS }, (_, at) => (37 * at) % LATENTS);
const amounts = random(3, 2 * ROWS).map((value, at) => at % 5 === 0 ? 0 : value);
latents[7] = latents[6]; // one latent twice in a row

async function run(on: typeof gpu, shape = [ROWS, 1, WIDTH]) {
  using rows = upload(on, { shape, data: x });
  using decoder = upload(on, { shape: [LATENTS, WIDTH], data: table });
  using removal = uploadRemoval(on, latents, amounts);
  using left = removeLatents(rows, decoder, removal);
  assertEquals(left.shape, shape);
  return await left.read();
}

Deno.test("removeLatents() subtracts amounts of table rows, and nothing where they are 0", async () => {
  const wanted = Float64Array.from(x, (value, at) => {
    const r = Math.floor(at / WIDTH), c = at % WIDTH;
    const part = (e: number) => amounts[2 * r + e] * table[latents[2 * r + e] * WIDTH + c];
    return value - part(0) - part(1);
  });
  assertClose(await run(gpu), wanted, { name: "rows", rtol: 1e-6 });
});

Deno.test("removeLatents() from a table and rows in several pieces gives what one piece gives", async () => {
  using small = await openGpu({ maxBinding: 4096 });
  // Up to the order in which a row loses two latents.
  assertClose(await run(small), await run(gpu), { name: "rows", rtol: 1e-6 });
});

Deno.test("removeLatents() refuses another number of rows", () => {
  using rows = upload(gpu, { shape: [2, WIDTH], data: new Float32Array(2 * WIDTH) });
  using decoder = upload(gpu, { shape: [3, WIDTH], data: new Float32Array(3 * WIDTH) });
  using removal = uploadRemoval(gpu, new Uint32Array(6), new Float32Array(6));
  assertThrows(
    () => removeLatents(rows, decoder, removal),
    RangeError,
    "Cannot remove latents: expected 3 rows of 6 values but found [2,6]",
  );
});
