// What goes wrong on the way: one sentence each, or another try, and never half a file under its own name.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { HubEnvironment } from "../../../lib/io/hub/environment.ts";
import { fetchHub } from "../../../lib/io/hub/fetch_hub.ts";
import { parseHub } from "../../../lib/io/hub/source.ts";
import { inFolder } from "../../util.ts";
import {
  bytesOf,
  COMMIT,
  cutAfter,
  etagOf,
  type Fault,
  hubServer,
  large,
  model,
  text,
} from "./server.ts";

const WEIGHTS = large(200_000);
const FILES = { "config.json": text("{}"), "model.safetensors": WEIGHTS };

type Bench = {
  hub: ReturnType<typeof hubServer>;
  fetch: (text?: string, more?: Partial<HubEnvironment>) => ReturnType<typeof fetchHub>;
  /** Milliseconds of each pause, none of which was waited for. */
  waits: number[];
  notes: string[];
  blobs: () => Promise<string[]>;
};

/** A hub with one model, an empty cache, and no waiting. */
function bench(name: string, test: (bench: Bench) => Promise<void>, repos = [model(FILES)]): void {
  Deno.test(name, async () => {
    await using hub = hubServer(repos);
    await inFolder(async (folder) => {
      const [waits, notes]: [number[], string[]] = [[], []];
      const pause = (ms: number) => Promise.resolve(void waits.push(ms));
      const fetch = (text = "hf:owner/tiny", more = {}) =>
        fetchHub(parseHub(text, "model")!, {
          environment: hub.environment(folder, more),
          pause,
          onNote: (note) => notes.push(note),
        });
      const blobs = async () => {
        const place = join(hub.environment(folder).cache, "models--owner--tiny", "blobs");
        return (await Array.fromAsync(Deno.readDir(place)).catch(() => [])).map(({ name }) => name)
          .sort();
      };
      await test({ hub, fetch, waits, notes, blobs });
    });
  });
}

/** Answers the first `times` questions that `fits`, and leaves the others to the hub. */
function first(times: number, fits: (path: string) => boolean, answer: Fault): Fault {
  return (asked, request) => fits(asked.path) && times-- > 0 ? answer(asked, request) : undefined;
}
const weights = (path: string) => path === `/${etagOf(WEIGHTS)}`;
const status = (code: number, headers: Record<string, string> = {}) => () =>
  new Response("no", { status: code, headers });

/** The one sentence that it throws. */
async function sentence(run: () => Promise<unknown>): Promise<string> {
  const { message } = await assertRejects(run, Error);
  assert(/^Cannot [^\n]*: expected [^\n]* but found [^\n]*: [^\n]+$/.test(message), message);
  return message;
}

bench("fetchHub() says which repository, revision or file is not there", async ({ fetch, hub }) => {
  assertStringIncludes(
    await sentence(() => fetch("hf:owner/other")),
    "set HF_TOKEN if it is private",
  );
  assertStringIncludes(await sentence(() => fetch("hf:owner/tiny@v9")), 'no "v9" among them');
  assertStringIncludes(await sentence(() => fetch(`hf:owner/tiny@${"a".repeat(40)}`)), 'no "aaaa');
  assertStringIncludes(
    await sentence(() => fetch("hf:owner/tiny:none.txt")),
    "but found none.txt: did you mean",
  );
  hub.fault = status(404);
  assertStringIncludes(
    await sentence(() => fetch()),
    `a model of that name on ${hub.endpoint} but found none`,
  );
});

bench("fetchHub() says what a refusal asks of the user", async ({ fetch, hub, blobs }) => {
  hub.fault = status(401);
  assertStringIncludes(await sentence(() => fetch()), "set HF_TOKEN if it is private or gated");
  assertStringIncludes(
    await sentence(() => fetch("hf:owner/tiny", { token: "secret" })),
    "set HF_TOKEN to a valid one",
  );
  for (const code of [401, 403]) {
    hub.fault = first(
      1,
      (path) => path.includes("/resolve/"),
      status(code, { "x-error-code": "GatedRepo" }),
    );
    const said = await sentence(() => fetch("hf:owner/tiny", { token: "secret" }));
    assertStringIncludes(said, `accept its terms at ${hub.endpoint}/owner/tiny, and set HF_TOKEN`);
    assertEquals(said.includes("secret"), false);
  }
  hub.fault = status(403, { "x-error-message": "Access to this \u0080resource is disabled." });
  assertStringIncludes(
    await sentence(() => fetch()),
    'status 403, "Access to this \\u0080resource',
  );
  hub.fault = status(418);
  assertStringIncludes(await sentence(() => fetch()), "status 418");
  assertEquals(await blobs(), []);
});

bench(
  "fetchHub() tries a busy hub again, and waits as long as it asks",
  async ({ fetch, hub, waits, notes }) => {
    const headers: Record<string, string>[] = [{ "retry-after": "7" }, {
      ratelimit: '"api";r=0;t=3',
    }, {}];
    let turn = 0;
    hub.fault = first(3, weights, () => status(429, headers[turn++])());
    await fetch();
    assertEquals(waits, [7000, 3000, 4000]);
    assertEquals(notes.length, 3);
    hub.fault = status(429, { "retry-after": "3600" });
    assertStringIncludes(
      await sentence(() => fetch("hf:owner/none")),
      "run it again in 60 minutes",
    );
  },
);

bench(
  "fetchHub() gives up on a hub that stays broken, and says so",
  async ({ fetch, hub, waits }) => {
    hub.fault = status(503);
    assertStringIncludes(await sentence(() => fetch()), "5 times: run it again later");
    assertEquals(waits, [1000, 2000, 4000, 8000]);
    hub.log.length = 0;
    hub.fault = (asked) => weights(asked.path) ? status(500)() : undefined;
    assertStringIncludes(await sentence(() => fetch()), "status 500");
    assertEquals(hub.log.filter(({ path }) => weights(path)).length, 5);
  },
);

bench(
  "fetchHub() asks for the rest of a file whose connection was cut",
  async ({ fetch, hub, blobs }) => {
    hub.fault = first(3, weights, (_, request) => {
      const { status, headers } = bytesOf(WEIGHTS.bytes, request);
      const from = Number(/\d+/.exec(request.headers.get("range") ?? "0")![0]);
      const part = headers.get("content-range");
      const init = part === null ? {} : { status, headers: { "content-range": part } };
      return cutAfter(40_000, WEIGHTS.bytes.slice(from), init);
    });
    await fetch();
    const ranges = hub.log.filter(({ path }) => weights(path)).map(({ range }) => range);
    assertEquals(ranges.length, 4);
    assertEquals(ranges[0], null);
    const starts = ranges.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range!)![1]));
    assert(starts.every((start, i) => start > (starts[i - 1] ?? 0)), ranges.join());
    assertEquals(await blobs(), [etagOf(FILES["config.json"]), etagOf(WEIGHTS)].sort());
  },
);

bench("fetchHub() goes on where an earlier run broke off", async ({ fetch, hub, blobs }) => {
  let connections = 0;
  hub.fault = (asked) => {
    if (!weights(asked.path)) return undefined;
    return connections++ === 0 ? cutAfter(80_000, WEIGHTS.bytes) : status(403)();
  };
  await sentence(() => fetch());
  assertEquals((await blobs()).includes(`${etagOf(WEIGHTS)}.incomplete`), true);
  hub.fault = undefined;
  hub.log.length = 0;
  const { folder } = await fetch();
  const [{ range }] = hub.log.filter(({ path }) => weights(path));
  assert(/^bytes=[1-9]\d*-$/.test(range!), `${range}`);
  assertEquals(await Deno.readFile(join(folder, "model.safetensors")), WEIGHTS.bytes);
});

bench(
  "fetchHub() keeps a broken part for the next run, and a part of something else for none",
  async ({ fetch, hub, blobs }) => {
    const part = `${etagOf(WEIGHTS)}.incomplete`;
    const { folder } = await fetch("hf:owner/tiny:config.json");
    const place = join(folder, "..", "..", "blobs", part);
    await Deno.writeFile(place, WEIGHTS.bytes.slice(0, 150_000));
    hub.log.length = 0;
    await fetch();
    assertEquals(hub.log.filter(({ path }) => weights(path)).map(({ range }) => range), [
      "bytes=150000-",
    ]);

    for (
      const wrong of [
        new Uint8Array(150_000),
        new Uint8Array(300_000),
        WEIGHTS.bytes.map((x) => x ^ 1),
      ]
    ) {
      await Deno.remove(join(folder, "model.safetensors"));
      await Deno.remove(join(folder, "..", "..", "blobs", etagOf(WEIGHTS)));
      await Deno.writeFile(place, wrong);
      await fetch();
      assertEquals(await Deno.readFile(join(folder, "model.safetensors")), WEIGHTS.bytes);
      assertEquals((await blobs()).includes(part), false);
    }
  },
);

bench("fetchHub() takes no other part than it asked for", async ({ fetch, hub, notes }) => {
  const init = { status: 206, headers: { "content-range": "bytes 0-199999/200000" } };
  hub.fault = first(
    3,
    weights,
    ({ range }) =>
      range === null ? cutAfter(90_000, WEIGHTS.bytes) : new Response(WEIGHTS.bytes, init),
  );
  const { folder } = await fetch();
  assertEquals(notes.filter((note) => note.includes("another part of the file")).length, 2);
  assertEquals(await Deno.readFile(join(folder, "model.safetensors")), WEIGHTS.bytes);
});

bench("fetchHub() begins again where the server gives no parts", async ({ fetch, hub }) => {
  hub.fault = (asked, request) =>
    weights(asked.path)
      ? request.headers.has("range") ? new Response(WEIGHTS.bytes) : cutAfter(90_000, WEIGHTS.bytes)
      : undefined;
  const { folder } = await fetch();
  assertEquals(await Deno.readFile(join(folder, "model.safetensors")), WEIGHTS.bytes);
});

bench(
  "fetchHub() refuses bytes of another hash or length, and keeps none of them",
  async ({ fetch, hub, blobs }) => {
    const whole = [etagOf(FILES["config.json"])];
    const answers: [string, Fault][] = [
      ["SHA-256", () => new Response(WEIGHTS.bytes.map((x) => x ^ 1))],
      ["199999", () => new Response(WEIGHTS.bytes.slice(1))],
      ["200001", () => new Response(new Uint8Array(200_001))],
      ["more bytes", () => new Response(ReadableStream.from([WEIGHTS.bytes, new Uint8Array(9)]))],
    ];
    for (const [found, answer] of answers) {
      hub.fault = (asked, request) => weights(asked.path) ? answer(asked, request) : undefined;
      assertStringIncludes(await sentence(() => fetch()), found);
      assertEquals((await blobs()).filter((name) => !name.endsWith(".incomplete")), whole, found);
    }
    hub.fault = (asked) => asked.path.includes("config.json") ? new Response("[]") : undefined;
    const config = `hf:owner/tiny@${COMMIT}:config.json`;
    await Deno.remove(join((await fetch(config)).folder, "..", "..", "blobs", whole[0]));
    assertStringIncludes(await sentence(() => fetch(config)), "git's SHA-1");
    hub.fault = undefined;
    const { folder } = await fetch();
    assertEquals(await Deno.readFile(join(folder, "model.safetensors")), WEIGHTS.bytes);
  },
);

bench(
  "fetchHub() waits for slow bytes",
  async ({ fetch, hub, notes }) => {
    const slowly = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (let i = 0; i < 5; i++) {
          controller.enqueue(WEIGHTS.bytes.slice(i * 40_000, (i + 1) * 40_000));
          await new Promise((done) => setTimeout(done, 90)); // 450 ms in all, longer than the limit
        }
        controller.close();
      },
    });
    hub.fault = first(1, weights, () => new Response(slowly));
    await fetch("hf:owner/tiny", { timeout: 300 });
    assertEquals(notes, []);
  },
);

bench(
  "fetchHub() leaves a connection that is silent, before or after the first byte",
  async ({ fetch, hub, notes }) => {
    const ends: (() => void)[] = [];
    const silence = () => new Promise<void>((done) => ends.push(done));
    hub.fault = first(1, (path) => path.includes("/revision/"), async () => {
      await silence();
      return undefined;
    });
    await fetch("hf:owner/tiny:config.json", { timeout: 150 });
    assertStringIncludes(notes.join("\n"), "no answer of 127.0.0.1");
    let sent = false;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (!sent) controller.enqueue(WEIGHTS.bytes.slice(0, 70_000));
        else await silence();
        sent = true;
      },
    });
    hub.fault = first(1, weights, () => new Response(body));
    await fetch("hf:owner/tiny", { timeout: 150 });
    assertStringIncludes(notes.join("\n"), "no more bytes within 0.15 s");
    assert(hub.log.some(({ path, range }) => weights(path) && range !== null));
    for (const end of ends) end();
  },
);

bench(
  "fetchHub() follows redirections to the web alone, and not for ever",
  async ({ fetch, hub }) => {
    const to = (location: string) => () =>
      new Response(null, { status: 307, headers: { location } });
    for (
      const location of ["file:///etc/passwd", "data:text/plain,x", "ftp://127.0.0.1/x", "http://["]
    ) {
      hub.fault = first(1, weights, to(location));
      assertStringIncludes(await sentence(() => fetch()), "another address of the web");
    }
    hub.fault = (asked) => asked.host === "hub" ? to("/again")() : undefined;
    assertStringIncludes(await sentence(() => fetch()), "more than 10 redirections");
  },
);

bench(
  "fetchHub() does not let the token follow a listing to another host",
  async ({ fetch, hub }) => {
    hub.fault = (asked, request) => {
      if (asked.path.endsWith(`/tree/${COMMIT}`) && asked.host === "hub") {
        const elsewhere = request.url.replace(hub.endpoint, hub.store);
        return Response.json([], { headers: { link: `<${elsewhere}>; rel="next"` } });
      }
      return asked.host === "store" && asked.path.startsWith("/api/")
        ? Response.json([])
        : undefined;
    };
    await fetch("hf:owner/tiny:model.safetensors", { token: "secret" }); // shows where the store is
    await sentence(() => fetch("hf:owner/tiny", { token: "secret" }));
    const other = hub.log.filter(({ host }) => host === "store");
    assertEquals(other.length, 2);
    assert(other.every(({ token }) => token === null));
  },
);

bench(
  "fetchHub() refuses names that would leave the cache, before it writes",
  async ({ fetch, hub, blobs }) => {
    const { oid, size } = { oid: etagOf(text("x")), size: 1 };
    const paths = [
      "../x",
      "a/../../x",
      "/etc/x",
      "..\\x",
      "a\\..\\x",
      "C:\\x",
      "a/C:x",
      "x\0y",
      "a//b",
      "./a",
      "a/.",
    ];
    const files: Record<string, unknown> = {};
    for (const path of paths) {
      hub.fault = (asked) =>
        asked.path.includes("/tree/")
          ? Response.json([{ type: "file", path, size, oid }])
          : undefined;
      assertStringIncludes(await sentence(() => fetch()), "names of files inside the repository");
      files[path] = { size, blob_id: oid };
    }
    assertEquals(await blobs(), []);
    const { folder } = await fetch("hf:owner/tiny:config.json");
    const trees = join(folder, "..", "..", "trees");
    await assertRejects(() => Deno.stat(trees), Deno.errors.NotFound);
    await Deno.mkdir(trees); // as another program, which takes any name, would keep it
    await Deno.writeTextFile(
      join(trees, `${COMMIT}.json`),
      JSON.stringify({ format_version: 1, files }),
    );
    assertStringIncludes(await sentence(() => fetch()), "names of files inside the repository");
  },
);

bench("fetchHub() refuses answers that are none of a hub", async ({ fetch, hub, blobs }) => {
  const oid = etagOf(text("x"));
  const item = { type: "file", path: "x", size: 1, oid };
  const answers: [string, () => Response][] = [
    ["/revision/", () => Response.json({ sha: "../../x" })],
    ["/revision/", () => Response.json({})],
    ["/revision/", () => new Response("<html>")],
    ["/tree/", () => Response.json([{ ...item, oid: "../../x" }])],
    ["/tree/", () => Response.json([{ ...item, size: -1 }])],
    ["/tree/", () => Response.json([{ ...item, path: 3 }])],
    ["/tree/", () => Response.json([{ ...item, lfs: { oid: "x", size: 1 } }])],
    ["/tree/", () => Response.json([null])],
    ["/tree/", () => Response.json({ error: "x" })],
    ["/tree/", () => new Response("<html>")],
  ];
  for (const [place, answer] of answers) {
    hub.fault = ({ path }) => path.includes(place) ? answer() : undefined;
    assertStringIncludes(await sentence(() => fetch()), "HF_ENDPOINT");
  }
  assertEquals(await blobs(), []);
});

Deno.test("fetchHub() does not follow from https to http", async () => {
  await inFolder(async (folder) => {
    const asked: string[] = [];
    const fetch = (input: URL | Request | string) => {
      asked.push(String(input));
      const headers = { location: "http://hub.example/api" };
      return Promise.resolve(new Response(null, { status: 302, headers }));
    };
    const environment = {
      endpoint: "https://hub.example",
      cache: folder,
      token: "secret",
      offline: false,
      timeout: 1000,
    };
    const source = parseHub("hf:owner/tiny", "model")!;
    const said = await sentence(() => fetchHub(source, { environment, fetch }));
    assertStringIncludes(said, 'never from https to http, but found one to "http://hub.example"');
    assertEquals(asked.map((url) => new URL(url).protocol), ["https:"]);
  });
});
