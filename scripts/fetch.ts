/**
 * Fetches models and data sets of the hub ahead, for machines without a network.
 *
 *   deno task fetch hf:roneneldan/TinyStories-Instruct-33M                   what a model needs
 *   deno task fetch --dataset hf:roneneldan/TinyStoriesInstruct:README.md    one file of a data set
 */
import { fetchHub } from "../lib/io/hub/fetch_hub.ts";
import { isModelFile } from "../lib/io/hub/model_files.ts";
import { parseHub, sourceText } from "../lib/io/hub/source.ts";
import type { HubKind, HubSource } from "../lib/io/hub/types.ts";
import { show } from "../lib/io/show.ts";
import { command, needed, runCommand } from "./command_line.ts";
import { hubProgress } from "./hub_progress.ts";
import { print } from "./terminal.ts";

const HELP =
  `Fetches what --model, --coder and --corpus name with hf: into the cache of Hugging Face.

  deno task fetch hf:OWNER/NAME[@revision][:file]... [options]

  --dataset         data sets; without it models and crosscoders
  --files GLOBS     which files, by names with * for anything, separated by commas; without it all of a data set, and
                    of a model its configuration, its tokenizer and its weights
  --help            this text

A revision is a branch, a tag or a commit (default main); a file may be a folder. What is in the cache is compared
with its hash and not fetched again; a broken download goes on where it broke off.

Environment, as Hugging Face has it: HF_HOME (where the cache lies), HF_HUB_CACHE, HF_TOKEN (for private and gated
repositories), HF_ENDPOINT, HF_HUB_OFFLINE=1 (asks nothing, checks what is there), HF_HUB_DOWNLOAD_TIMEOUT.

Examples
  deno task fetch hf:roneneldan/TinyStories-Instruct-33M
  deno task fetch --dataset hf:roneneldan/TinyStories --files 'data/*.parquet'
  HF_HUB_OFFLINE=1 deno task fetch hf:roneneldan/TinyStories-Instruct-33M
`;

/** The command; returns the exit code. */
export const fetchCommand = command({
  help: HELP,
  strings: ["files"],
  booleans: ["dataset"],
}, async (options) => {
  needed("fetch", "hf:OWNER/NAME", options._[0]);
  const kind = options.dataset ? "dataset" : "model";
  const sources = options._.map((text) => expectHub(text, kind));
  const files = options.files === undefined
    ? (kind === "model" ? isModelFile : undefined)
    : matcher(options.files);
  for (const source of sources) {
    const { finish, ...follow } = hubProgress();
    const whole = source.file !== undefined && options.files === undefined;
    try {
      const fetched = await fetchHub(source, { ...follow, files: whole ? undefined : files });
      finish();
      const { commit, folder, files: { length } } = fetched;
      const pinned = sourceText(source, { revision: commit });
      print(`${pinned}: ${length} ${length === 1 ? "file" : "files"} in ${folder}`);
    } finally {
      finish();
    }
  }
  return 0;
});

function expectHub(text: string, kind: HubKind): HubSource {
  const source = parseHub(text, kind);
  if (source !== undefined) return source;
  throw new RangeError(
    `Cannot fetch ${show(text)}: expected hf:OWNER/NAME but found a path: paths need no fetching`,
  );
}

/** Whether one of the globs fits the whole path; * stands for anything, slashes too. */
function matcher(globs: string): (path: string) => boolean {
  const forms = globs.split(",").map((glob) =>
    new RegExp(`^${glob.trim().split("*").map(RegExp.escape).join(".*")}$`, "s")
  );
  return (path) => forms.some((form) => form.test(path));
}

if (import.meta.main) await runCommand(fetchCommand);
