/** What lies in a clone of a repository where Git LFS did not fetch the file itself. @module */
/** How its text begins: "version https://git-lfs.github.com/spec/v1". */
const BEGINNING = new TextEncoder().encode("vers");

/** Throws where the first bytes of a file, four at least, are those of a pointer. */
export function refusePointer(
  head: Uint8Array,
  fail: (expected: string, found: string, remedy: string) => never,
): void {
  if (!BEGINNING.every((byte, at) => head[at] === byte)) return;
  fail(
    "weights",
    "a text, as Git LFS leaves one for a file that it did not fetch",
    "run git lfs pull in the folder, or fetch the file again",
  );
}
