// lib/mod.ts imported from a server, as a user without the checkout does: no deno.json, no import map, no permission
// but to import from that server. Packages come from npm's cache.
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withServedCheckout } from "./served_checkout.ts";

/** Runs `code`, in which LIB stands for the address of lib/mod.ts, in an empty folder. */
async function runImporter(code: string): Promise<{ stdout: string; stderr: string }> {
  return await withServedCheckout(async ({ folder, origin, run }) => {
    const text = code.replaceAll("LIB", `"${origin}/lib/mod.ts"`);
    await Deno.writeTextFile(join(folder, "main.ts"), text);
    return await run();
  });
}

/** Counts how often an adapter is asked for. */
const COUNT = `
  let asked = 0;
  const { gpu: api } = navigator;
  const requestAdapter = api.requestAdapter.bind(api);
  const count = (options) => (asked++, requestAdapter(options));
  Object.defineProperty(api, "requestAdapter", { value: count });
`;

Deno.test("lib/mod.ts imported by URL prints nothing and asks for no adapter, then opens the GPU and multiplies", async () => {
  const { stdout, stderr } = await runImporter(`${COUNT}
    const { matmul, openGpu, upload } = await import(LIB);
    const atImport = asked;
    using gpu = await openGpu();
    const a = upload(gpu, { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const b = upload(gpu, { shape: [3, 2], data: Float32Array.of(7, 8, 9, 10, 11, 12) });
    const product = [...await matmul(a, b).read()];
    console.log(JSON.stringify({ atImport, asked, product }));
  `);
  assertEquals(stderr, "");
  assertEquals(stdout, '{"atImport":0,"asked":1,"product":[58,64,139,154]}\n');
});
