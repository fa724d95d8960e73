/**
 * A hub on this machine, as huggingface.co answers: commits, listings in pages, small files, large
 * ones by a redirection to a second host, and the headers that go with each. A `fault` may answer
 * in its place.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import type { HubEnvironment } from "../../../lib/io/hub/environment.ts";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
export const LATER = "89abcdef0123456789abcdef0123456789abcdef";

export type File = { bytes: Uint8Array<ArrayBuffer>; large?: boolean };
export type Repo = {
  kind: "model" | "dataset";
  name: string;
  refs: Record<string, string>;
  commits: Record<string, Record<string, File>>;
};

/** What was asked: by which host, with whose token, for which part. */
export type Asked = {
  host: "hub" | "store";
  method: string;
  path: string;
  token: string | null;
  range: string | null;
};
export type Fault = (
  asked: Asked,
  request: Request,
) => Response | undefined | Promise<Response | undefined>;

const PAGE = 2;
const no = (status: number, code: string) =>
  Response.json({ error: code }, { status, headers: { "x-error-code": code } });

export const text = (words: string): File => ({ bytes: new TextEncoder().encode(words) });
/** A large file of so many bytes that do not repeat soon. */
export const large = (size: number): File => ({
  bytes: Uint8Array.from({ length: size }, (_, i) => (i * i + (i >> 8) * 31) & 255),
  large: true,
});
export const etagOf = ({ bytes, large }: File): string =>
  large
    ? createHash("sha256").update(bytes).digest("hex")
    : createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** A model at one commit. */
export const model = (files: Record<string, File>, name = "owner/tiny"): Repo => ({
  kind: "model",
  name,
  refs: { main: COMMIT },
  commits: { [COMMIT]: files },
});

export function hubServer(repos: Repo[]) {
  const log: Asked[] = [];
  const hub = { fault: undefined as Fault | undefined };
  const serve = (
    host: Asked["host"],
    answer: (url: URL, request: Request) => Response | Promise<Response>,
  ) =>
    Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen() {},
      onError: () => new Response(null, { status: 500 }),
    }, async (request) => {
      const url = new URL(request.url);
      const { headers, method } = request;
      const asked: Asked = {
        host,
        method,
        path: decodeURIComponent(url.pathname),
        token: headers.get("authorization"),
        range: headers.get("range"),
      };
      log.push(asked);
      return await hub.fault?.(asked, request) ?? await answer(url, request);
    });
  const store = serve("store", (url, request) => {
    const file = repos.flatMap(({ commits }) =>
      Object.values(commits).flatMap((files) => Object.values(files))
    )
      .find((file) => etagOf(file) === url.pathname.slice(1));
    return file ? bytesOf(file.bytes, request) : new Response(null, { status: 404 });
  });
  const api = serve("hub", async (url, request) => {
    const repo = repos.find(({ kind, name }) => url.pathname.startsWith(`/api/${kind}s/${name}/`));
    if (repo) return await answerApi(repo, url, request);
    const held = repos.find(({ kind, name }) =>
      url.pathname.startsWith(`/${kind === "dataset" ? "datasets/" : ""}${name}/resolve/`)
    );
    if (!held) return no(401, "RepoNotFound");
    const [commit, ...path] = url.pathname.split("/resolve/")[1].split("/").map(decodeURIComponent);
    const files = held.commits[held.refs[commit] ?? commit];
    if (!files) return no(404, "RevisionNotFound");
    const file = files[path.join("/")];
    if (!file) return no(404, "EntryNotFound");
    const headers = { "x-repo-commit": commit, etag: `"${etagOf(file)}"` };
    if (!file.large) return bytesOf(file.bytes, request, headers);
    return new Response(null, {
      status: 302,
      headers: {
        ...headers,
        "x-linked-etag": `"${etagOf(file)}"`,
        "x-linked-size": `${file.bytes.length}`,
        location: `http://127.0.0.1:${store.addr.port}/${etagOf(file)}?signature=secret`,
      },
    });
  });
  const endpoint = `http://127.0.0.1:${api.addr.port}`;
  return {
    endpoint,
    /** The host of large files. */
    store: `http://127.0.0.1:${store.addr.port}`,
    log,
    /** Answers in place of the hub, until it returns nothing. */
    set fault(fault: Fault | undefined) {
      hub.fault = fault;
    },
    environment: (cache: string, more: Partial<HubEnvironment> = {}): HubEnvironment => ({
      endpoint,
      cache: join(cache, "hub"),
      offline: false,
      timeout: 2000,
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all([api.shutdown(), store.shutdown()]);
    },
  };
}

async function answerApi(
  { kind, name, refs, commits }: Repo,
  url: URL,
  request: Request,
): Promise<Response> {
  const [verb, ...rest] = url.pathname.slice(`/api/${kind}s/${name}/`.length).split("/");
  const revision = decodeURIComponent(rest[0]);
  const commit = refs[revision] ?? revision;
  const files = commits[commit];
  if (!files) return no(404, "RevisionNotFound");
  if (verb === "revision") {
    return Response.json({
      _id: "1",
      id: name,
      sha: commit,
      lastModified: "2024-01-01T00:00:00.000Z",
    });
  }
  const items = itemsOf(files);
  if (verb === "paths-info") {
    const { paths } = await request.json();
    return Response.json(items.filter(({ path }) => paths.includes(path)));
  }
  const below = rest.slice(1).map(decodeURIComponent).join("/");
  const listed = items.filter(({ path }) => below === "" || path.startsWith(`${below}/`));
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const next = new URL(url);
  next.searchParams.set("cursor", `${from + PAGE}`);
  const more = from + PAGE < listed.length;
  return Response.json(listed.slice(from, from + PAGE), {
    headers: more ? { link: `<${next.href}>; rel="next"` } : {},
  });
}

function itemsOf(files: Record<string, File>) {
  const folders = new Set(
    Object.keys(files).flatMap((path) =>
      path.split("/").slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join("/"))
    ),
  );
  return [
    ...[...folders].map((path) => ({ type: "directory", path, size: 0, oid: "0".repeat(40) })),
    ...Object.entries(files).map(([path, file]) => ({
      type: "file",
      path,
      size: file.bytes.length,
      oid: file.large ? "f".repeat(40) : etagOf(file),
      ...(file.large &&
        {
          lfs: { oid: etagOf(file), size: file.bytes.length, pointerSize: 134 },
          xetHash: "a".repeat(64),
        }),
    })),
  ];
}

/** The bytes, or the part of them that is asked for. */
export function bytesOf(
  bytes: Uint8Array<ArrayBuffer>,
  request: Request,
  headers: Record<string, string> = {},
): Response {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "") ?? [];
  if (start === undefined) return new Response(bytes, { headers });
  const [from, to] = [
    Number(start),
    end === "" ? bytes.length - 1 : Math.min(Number(end), bytes.length - 1),
  ];
  if (from >= bytes.length) {
    return new Response(null, {
      status: 416,
      headers: { "content-range": `bytes */${bytes.length}` },
    });
  }
  return new Response(bytes.slice(from, to + 1), {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${from}-${to}/${bytes.length}` },
  });
}

/** An answer whose connection is cut after `n` bytes of a body that promises more. */
export function cutAfter(
  n: number,
  bytes: Uint8Array<ArrayBuffer>,
  init: ResponseInit = {},
): Response {
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!sent) controller.enqueue(bytes.slice(0, n));
      else {
        await new Promise((done) => setTimeout(done, 30)); // the first bytes go out before the end comes
        controller.error(new Error("cut"));
      }
      sent = true;
    },
  });
  return new Response(body, {
    ...init,
    headers: { ...init.headers, "content-length": `${bytes.length}` },
  });
}

/** An address of this machine where nobody listens. */
export function nowhere(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
}
