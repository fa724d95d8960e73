/** A checkout served to a program that imports it by URL: no deno.json, no import map, no lock file. */
import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const CHECKOUT = fromFileUrl(new URL("..", import.meta.url));

export type Served = {
  /** An empty folder, in which main.ts is run. */
  folder: string;
  origin: string;
  run(
    permissions?: readonly string[],
    args?: readonly string[],
  ): Promise<{ stdout: string; stderr: string }>;
};

/** Serves lib and kernels on 127.0.0.1 while `use` runs. */
export async function withServedCheckout<T>(use: (served: Served) => Promise<T>): Promise<T> {
  const server = serveCheckout(), { port } = server.addr;
  const folder = await Deno.makeTempDir({ prefix: "crosslab-import-" });
  const run: Served["run"] = async (permissions = [], args = []) => {
    const allowed = [`--allow-import=127.0.0.1:${port}`, ...permissions];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      cwd: folder,
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-config",
        "--no-lock",
        ...allowed,
        "main.ts",
        ...args,
      ],
    }).output();
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(success, true, error);
    return { stdout: out, stderr: error };
  };
  try {
    return await use({ folder, origin: `http://127.0.0.1:${port}`, run });
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
    await forgetServer(port);
  }
}

/** Deno refuses modules of a type that it does not know. */
function serveCheckout(): Deno.HttpServer<Deno.NetAddr> {
  const handler = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (!/^\/(lib|kernels)\/[\w./]+\.(ts|wgsl|css|v)$/.test(pathname)) return notFound();
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

/** Each port is another server to Deno's cache of modules, so what it kept would never be used again. */
async function forgetServer(port: number): Promise<void> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { modulesCache } = JSON.parse(new TextDecoder().decode(stdout));
  await Deno.remove(join(modulesCache, "http", `127.0.0.1_PORT${port}`), { recursive: true })
    .catch(() => {});
}
