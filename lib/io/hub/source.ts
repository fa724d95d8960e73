/**
 * How a user names something on the hub: `hf:OWNER/NAME[@revision][:file]`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseHub, sourceText } from "./source.ts";
 * const source = parseHub("hf:roneneldan/TinyStories@v1:data/train.txt", "dataset")!;
 * assertEquals(source, { kind: "dataset", repo: "roneneldan/TinyStories", revision: "v1", file: "data/train.txt" });
 * assertEquals(sourceText(source), "hf:roneneldan/TinyStories@v1:data/train.txt");
 * assertEquals(parseHub("out/models/ft1", "model"), undefined);
 * ```
 * @module
 */
import { show } from "../show.ts";
import { SHA1, staysInside } from "./names.ts";
import type { HubKind, HubSource } from "./types.ts";

const PREFIX = "hf:";
const FORM = /^([^@:]*)(?:@([^:]*))?(?::(.*))?$/s;
/** As the hub names users, organisations and repositories. */
const NAME = /^(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[\w.-]{0,94}\w)?$/;

/**
 * What the text names on the hub, or nothing where it does not begin with `hf:` and so is a path.
 * Throws a RangeError where it begins so but is none.
 */
export function parseHub(text: string, kind: HubKind): HubSource | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const [, repo, revision = "main", file] = FORM.exec(text.slice(PREFIX.length)) ?? [];
  const parts = repo?.split("/") ?? [];
  const named = (parts.length === 1 || parts.length === 2) && parts.every(isName);
  if (!named) throw wrong(text, "OWNER/NAME after hf:");
  if (!isRevision(revision)) throw wrong(text, "a branch, a tag or a commit after @");
  if (file === undefined) return { kind, repo, revision };
  if (!staysInside(file)) throw wrong(text, "the path of a file in the repository after the colon");
  return { kind, repo, revision, file };
}

/** What names it again; with `revision` at that one, such as the commit that a branch stood for. */
export function sourceText(
  { repo, revision: own, file }: HubSource,
  { revision = own }: { revision?: string } = {},
): string {
  return `${PREFIX}${repo}@${revision}${file === undefined ? "" : `:${file}`}`;
}

/** Whether a revision is a commit, which never changes. */
export function isCommit(revision: string): boolean {
  return SHA1.test(revision);
}

function isName(part: string): boolean {
  return NAME.test(part) && !part.endsWith(".git");
}

/** A revision becomes a file below refs/, and part of an address. */
function isRevision(revision: string): boolean {
  return staysInside(revision) && !/[\s~^?*[#%]|@\{/.test(revision);
}

function wrong(text: string, expected: string): RangeError {
  return new RangeError(
    `Cannot read ${show(text)}: expected ${expected} but found none that can be: ` +
      `write hf:OWNER/NAME, hf:OWNER/NAME@revision or hf:OWNER/NAME@revision:file`,
  );
}
