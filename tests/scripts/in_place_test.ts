// A program in the place of another: what is said to the one reaches the other.
import { assertEquals } from "@std/assert";

const MODULE = new URL("../../scripts/in_place.ts", import.meta.url).href;

/** Says each signal that it gets, and ends a little later. */
const INNER = `
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM", "SIGWINCH"]) {
    Deno.addSignalListener(name, () => {
      console.log(name);
      setTimeout(() => Deno.exit(8), 300);
    });
  }
  console.log(Deno.env.get("WHERE"));
  setTimeout(() => Deno.exit(9), 20_000);`;

const OUTER = `
  import { runInPlace } from ${JSON.stringify(MODULE)};
  Deno.exit(await runInPlace(["eval", ${JSON.stringify(INNER)}], { WHERE: "inside" }));`;

/** What the inner program says where `tell` tells the outer one something, and how that ends. */
async function said(tell: (pid: number) => void): Promise<{ code: number; words: string[] }> {
  const outer = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", OUTER],
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).spawn();
  let text = "";
  for await (const part of outer.stdout.pipeThrough(new TextDecoderStream())) {
    if (text === "") tell(outer.pid);
    text += part;
  }
  const { code } = await outer.status;
  return { code, words: text.trim().split("\n") };
}

Deno.test("runInPlace() hands on what one program tells it", async () => {
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    const found = await said((pid) => Deno.kill(pid, name));
    assertEquals(found, { code: 8, words: ["inside", name] });
  }
});

Deno.test("runInPlace() alone is told what a terminal tells the group, and hands that on", async () => {
  const found = await said((pid) => {
    Deno.kill(-pid, "SIGWINCH"); // is not handed on
    Deno.kill(-pid, "SIGINT");
  });
  assertEquals(found, { code: 8, words: ["inside", "SIGINT"] });
});
