/**
 * Names that others chose and that become names on this disk. A repository could name a file
 * `../../.ssh/config`: nothing that could leave its folder, on any system, is taken.
 * @module
 */
import { show } from "../show.ts";

/** Controls and format characters, backslashes (Windows' other slash), colons (its drives and streams). */
const FORBIDDEN = /[\p{C}\\:]/u;

/** Whether a path stays in the folder that it is appended to, on any system, and names one place. */
export function staysInside(path: string): boolean {
  if (path.length > 1000 || FORBIDDEN.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Throws `Cannot ${action}: ...` for a file of a repository that could leave the cache's folder. */
export function expectInside(action: string, path: string): void {
  if (staysInside(path)) return;
  throw new RangeError(
    `Cannot ${action}: expected names of files inside the repository but found ${show(path)}: ` +
      `take another revision, and tell the owner of the repository`,
  );
}

/** Hexadecimal digits of a commit, or of git's hash of a small file. */
export const SHA1 = /^[0-9a-f]{40}$/;
/** Hexadecimal digits of the hash of a large file. */
export const SHA256 = /^[0-9a-f]{64}$/;
