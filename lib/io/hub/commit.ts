/**
 * Branches and tags move; a commit does not, and names what was used for good.
 * @module
 */
import { exists, writeWhole } from "../files.ts";
import { askPackage, strangeAnswer } from "./ask.ts";
import type { Hub } from "./hub.ts";
import type { Layout } from "./layout.ts";
import { SHA1 } from "./names.ts";
import { reach } from "./reach.ts";
import { isCommit } from "./source.ts";

/**
 * The commit that the revision stands for now; where the hub is out of reach, the one that it stood
 * for when it was last fetched.
 */
export async function commitOf(hub: Hub, layout: Layout): Promise<string> {
  const { revision } = hub.source;
  if (isCommit(revision)) return revision;
  return await reach(hub, () => askCommit(hub), () => keptCommit(layout, revision));
}

/** Keeps which commit a branch or tag stood for. Call it when the files are there. */
export async function keepCommit(hub: Hub, layout: Layout, commit: string): Promise<void> {
  const { revision } = hub.source;
  if (isCommit(revision) || await keptCommit(layout, revision) === commit) return;
  await writeWhole(layout.ref(revision), commit); // no line end: others read all of it
}

async function keptCommit(layout: Layout, revision: string): Promise<string | undefined> {
  const path = layout.ref(revision);
  if (!await exists(path)) return undefined;
  const text = await Deno.readTextFile(path);
  return SHA1.test(text.trim()) ? text.trim() : undefined;
}

async function askCommit(hub: Hub): Promise<string> {
  const { kind, repo: name, revision } = hub.source;
  const { datasetInfo, modelInfo } = await import("npm:@huggingface/hub@2.17.5");
  const { sha } = await askPackage<{ sha?: string }>(hub, (options) => {
    const asked = { name, revision, ...options };
    return kind === "dataset"
      ? datasetInfo({ ...asked, additionalFields: ["sha"] })
      : modelInfo({ ...asked, additionalFields: ["sha"] });
  });
  if (typeof sha === "string" && SHA1.test(sha)) return sha;
  throw strangeAnswer(hub, "no commit");
}
