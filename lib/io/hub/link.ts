/**
 * Snapshots: names in a commit's folder that lead to whole files.
 * @module
 */
import { dirname, join } from "node:path";
import { temporaryName } from "../files.ts";

/**
 * Lets `path` of the folder `snapshot` lead to the blob, in one step that leaves no half name. The
 * link is relative, so that the cache may be moved. Where the system lets this user make no links,
 * the file is copied.
 */
export async function linkBlob(
  blob: string,
  { snapshot, path, etag }: { snapshot: string; path: string; etag: string },
): Promise<void> {
  const parts = path.split("/");
  const pointer = join(snapshot, ...parts);
  await Deno.mkdir(dirname(pointer), { recursive: true });
  const temporary = temporaryName(pointer);
  const target = join(...parts.map(() => ".."), "..", "blobs", etag);
  try {
    await linkOrCopy(target, { blob, temporary });
    await Deno.rename(temporary, pointer);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function linkOrCopy(
  target: string,
  { blob, temporary }: { blob: string; temporary: string },
): Promise<void> {
  try {
    await Deno.symlink(target, temporary, { type: "file" });
  } catch (error) {
    const { code } = error as { code?: string };
    const none = error instanceof Deno.errors.NotCapable ||
      error instanceof Deno.errors.NotSupported;
    if (!none && !["EPERM", "ENOTSUP", "ENOSYS", "EINVAL"].includes(code!)) throw error;
    await Deno.copyFile(blob, temporary); // Windows for most users, some disks
  }
}
