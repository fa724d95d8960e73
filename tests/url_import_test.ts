// lib/mod.ts imported from a server, as a user without the checkout does: no deno.json, no import map, no permission
// but to import from that server. Packages come from npm's cache.
import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const CHECKOUT = fromFileUrl(new URL("..", import.meta.url));

/** Serves lib and kernels on 127.0.0.1. Deno refuses modules of a type that it does not know. */
function serveCheckout(): Deno.HttpServer<Deno.NetAddr> {
  const handler = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (!/^\/(lib|kernels)\/[\w./]+\.(ts|wgsl|css)$/.test(pathname)) return notFound();
    try {
      const text = await Deno.readTextFile(join(CHECKOUT, pathname));
      const type = pathname.endsWith(".ts") ? "text/typescript" : "text/plain";
      return new Response(text, { headers: { "content-type": type } });
    } catch {
      return notFound();
    }
  };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
}

function notFound(): Response {
  return new Response("not found", { status: 404 });
}

/** Runs `code`, in which LIB stands for the address of lib/mod.ts, in an empty folder. */
async function runImporter(code: string): Promise<{ stdout: string; stderr: string }> {
  const server = serveCheckout();
  const { port } = server.addr;
  const folder = await Deno.makeTempDir({ prefix: "crosslab-import-" });
  try {
    const address = `http://127.0.0.1:${port}/lib/mod.ts`;
    await Deno.writeTextFile(join(folder, "main.ts"), code.replaceAll("LIB", `"${address}"`));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      cwd: folder,
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-config",
        "--no-lock",
        `--allow-import=127.0.0.1:${port}`,
        "main.ts",
      ],
    }).output();
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(success, true, error);
    return { stdout: out, stderr: error };
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
    await forgetServer(port);
  }
}

/** Each port is another server to Deno's cache of modules, so what it kept would never be used again. */
async function forgetServer(port: number): Promise<void> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { modulesCache } = JSON.parse(new TextDecoder().decode(stdout));
  await Deno.remove(join(modulesCache, "http", `127.0.0.1_PORT${port}`), { recursive: true })
    .catch(() => {});
}

/** Counts how often an adapter is asked for. */
const COUNT = `
  let asked = 0;
  const { gpu: api } = navigator;
  const requestAdapter = api.requestAdapter.bind(api);
  const count = (options) => (asked++, requestAdapter(options));
  Object.defineProperty(api, "requestAdapter", { value: count });
`;

Deno.test("lib/mod.ts prints nothing and asks for no adapter when it is imported by URL", async () => {
  const printed = await runImporter(`${COUNT}
    await import(LIB);
    if (asked !== 0) throw new Error(\`importing asked \${asked} times for an adapter\`);
  `);
  assertEquals(printed, { stdout: "", stderr: "" });
});

Deno.test("lib/mod.ts imported by URL opens the GPU and multiplies two matrices", async () => {
  const { stdout } = await runImporter(`${COUNT}
    const { matmul, openGpu, upload } = await import(LIB);
    using gpu = await openGpu();
    const a = upload(gpu, { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const b = upload(gpu, { shape: [3, 2], data: Float32Array.of(7, 8, 9, 10, 11, 12) });
    console.log(JSON.stringify({ asked, product: [...await matmul(a, b).read()] }));
  `);
  assertEquals(JSON.parse(stdout), { asked: 1, product: [58, 64, 139, 154] });
});
