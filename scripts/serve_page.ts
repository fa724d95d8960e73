/** One page on 127.0.0.1, for a browser on this machine alone. @module */

export type ServeOptions = {
  /** 0: a free one. */
  port: number;
  /** Is told the page's address. */
  onListen: (address: string) => void;
  /** Ends it. */
  signal?: AbortSignal;
};

/** Serves the page until it is stopped. Throws where the port is taken. */
export async function servePage(
  page: string,
  { port, onListen, signal }: ServeOptions,
): Promise<void> {
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      signal,
      onListen: (at) => onListen(`http://127.0.0.1:${at.port}/`),
    }, (request) => answer(request, page));
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Error(
      `Cannot serve: expected a free port but found ${port} in use: name another with --port, or ` +
        "leave it out",
    );
  }
  await server.finished;
}

/** The page, and nothing else; under another name of this machine not even that. */
function answer(request: Request, page: string): Response {
  const { hostname, pathname } = new URL(request.url);
  if (!["127.0.0.1", "localhost"].includes(hostname) || pathname !== "/") {
    return new Response("Not found\n", { status: 404 });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("Not allowed\n", { status: 405 });
  }
  return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
}
