/** Runs one part of a check in a process of its own, within its time. @module */
import { escaped } from "../../lib/io/show.ts";
import { messageOf } from "../terminal.ts";
import type { Part } from "./parts.ts";
import type { PartResult, PartState } from "./results.ts";

/** Between two looks at a part that is running; what it has found is written down then. */
const EVERY_MS = 1000;

/** The last words of a part are waited for so long. */
const LINGER_MS = 2000;

/** Lines of the end of a failed part's words that may hold the reason. */
const LAST = 12;

type RunOptions = {
  seconds: number;
  /** A file for all that the part prints. */
  log: string;
  /** Hears what is there so far, about once a second, and at the end. */
  onResult: (result: PartResult) => Promise<void>;
};

/** Never throws for what a part does: its result says how it ended. */
export async function runPart(
  part: Part,
  { seconds, log, onResult }: RunOptions,
): Promise<void> {
  const { name, title } = part, start = performance.now();
  const result: PartResult = { name, title, state: "running", seconds: 0, rows: [] };
  const tell = (state: PartState, reason?: string) =>
    onResult({ ...result, state, reason, seconds: (performance.now() - start) / 1000 });
  await tell("running");
  let ended: { state: PartState; reason?: string };
  try {
    ended = await follow(part, { seconds, log, rows: result.rows, tell });
  } catch (error) {
    ended = { state: "failed", reason: messageOf(error) };
  }
  await tell(ended.state, ended.reason);
}

async function follow(
  part: Part,
  { seconds, log, rows, tell }:
    & Pick<RunOptions, "seconds" | "log">
    & { rows: PartResult["rows"]; tell: (state: PartState) => Promise<void> },
): Promise<{ state: PartState; reason?: string }> {
  const { args, env, scratch } = await part.program();
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stopped = false;
  const limit = setTimeout(() => {
    stopped = true;
    child.kill("SIGKILL");
  }, 1000 * seconds);
  child.status.then(() => clearTimeout(limit));
  using file = await Deno.open(log, { write: true, create: true, truncate: true });
  const words: string[] = [];
  const take = async (stream: ReadableStream<Uint8Array>) => {
    for await (const line of linesOf(stream)) {
      file.writeSync(new TextEncoder().encode(`${line}\n`));
      const row = part.read(line);
      if (row) rows.push(row);
      else words.push(line);
    }
  };
  let told = Promise.resolve();
  const looks = setInterval(() => told = told.then(() => tell("running")), EVERY_MS);
  try {
    const read = Promise.all([take(child.stdout), take(child.stderr)]);
    const { code } = await child.status;
    // A program that the part has started may live on and hold the pipes.
    await Promise.race([read, new Promise((done) => setTimeout(done, LINGER_MS))]);
    if (stopped) return { state: "stopped", reason: `stopped after ${seconds.toFixed(0)} s` };
    return code === 0 ? { state: "done" } : { state: "failed", reason: reasonIn(words) };
  } finally {
    clearInterval(looks);
    await told;
    if (scratch) await Deno.remove(scratch, { recursive: true });
  }
}

/** Lines of a text that comes bit by bit, the last one too where nothing ends it. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** The last sentence that says what was wrong, else the last lines. */
export function reasonIn(words: readonly string[]): string {
  const plain = words.map((line) => escaped(withoutColours(line)).trim()).filter(Boolean);
  const error = plain.findLast((line) => /^error: /.test(line));
  return error?.replace(/^error: /, "") ?? plain.slice(-LAST).join(" / ");
}

function withoutColours(line: string): string {
  // deno-lint-ignore no-control-regex -- the escape is what is looked for
  return line.replace(/\x1b\[[\d;]*m/g, "");
}
