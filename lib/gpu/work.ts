/**
 * What a dispatch asks of a device, read off the kernel's own text: a `work` line of its header
 * says how many operations an entry point takes and how many turns its loops have, the bindings
 * say what it moves.
 *
 *   // work      main: flop 2 * m * n * k; turns (k + BK - 1) / BK
 *   //           backward, forward: turns batch; bytes 2 * logits
 *
 * Expressions are whole numbers over the fields of `Params`, the constants of the kernel, the grid
 * as groups_x, groups_y and groups_z, and the bytes of a binding by its name. `/` drops what is
 * left over. An entry has one line with any of
 *
 *   flop    operations on floats of the whole dispatch; 0 without
 *   turns   rounds of loads from memory that an invocation makes one after the other, each used
 *           before the next is asked for; without, one for every vec4f that it reads
 *   ahead   the same where the loads of a turn are asked for one turn before they are used
 *   bytes   read and written, where it is not every bound value once, or twice where a kernel
 *           reads what it overwrites
 * @module
 */
import type { SeenDispatch } from "./stand_in_device.ts";
import { constantsIn, evaluate, reachedText } from "./wgsl.ts";

/**
 * See above; `declared` where the kernel has a line for this entry point; `reads`: bytes that it reads of
 * each binding, and how many were touched since that was, where the header does not say what it moves.
 */
export type Work = {
  flop: number;
  bytes: number;
  reads: { bytes: number; since: number }[];
  turns: number;
  ahead: boolean;
  declared: boolean;
};

const CLAUSES = ["flop", "turns", "ahead", "bytes"] as const;
export type Clauses = Partial<Record<typeof CLAUSES[number], string>>;

/** The work of one dispatch. Throws on a line that cannot be read. */
export function workOf(dispatch: SeenDispatch): Work {
  const { kernel: { label, entry, text }, grid, workgroup, bindings, params } = dispatch;
  const clauses = clausesOf(label, text, entry);
  const [groups_x, groups_y, groups_z] = grid;
  const known = {
    ...Object.fromEntries(bindings.map(({ name, bytes }) => [name, bytes])),
    ...constantsIn(text),
    ...params,
    groups_x,
    groups_y,
    groups_z,
  };
  const value = (clause: keyof Clauses, otherwise: number) => {
    const expression = clauses?.[clause];
    if (expression === undefined) return otherwise;
    const found = evaluate(expression, known);
    if (found !== undefined) return found;
    throw new SyntaxError(
      `Cannot read the work of ${label}: expected "${clause}" in terms of ` +
        `${Object.keys(known).join(", ")} but found "${expression}": correct the kernel's header`,
    );
  };
  const { reads, written } = movedBytes(dispatch);
  const read = reads.reduce((sum, { bytes }) => sum + bytes, 0);
  const loads = Math.ceil(read / 16 / (groups_x * groups_y * groups_z * workgroup));
  return {
    flop: value("flop", 0),
    bytes: value("bytes", read + written),
    reads: clauses?.bytes === undefined ? reads : [],
    turns: value("ahead", value("turns", loads)),
    ahead: clauses?.ahead !== undefined,
    declared: clauses !== undefined,
  };
}

/** Every bound value once for each way in which the entry point uses it. */
function movedBytes({ kernel: { text, entry }, bindings }: SeenDispatch) {
  const code = reachedText(text, entry);
  const reads: Work["reads"] = [];
  let written = 0;
  for (const { name, kind, bytes, since = Infinity } of bindings) {
    const uses = kind === "readTexture"
      ? { reads: true, writes: false }
      : kind === "writeTexture"
      ? { reads: false, writes: true }
      : usesOf(name, code);
    if (uses.reads) reads.push({ bytes, since });
    if (uses.writes) written += bytes;
  }
  return { reads, written };
}

/** The same in words of a header, of an entry point whose buffers have these names. */
export function movedClause(text: string, entry: string, names: readonly string[]): string {
  const code = reachedText(text, entry);
  const terms = names.flatMap((name) => {
    const { reads, writes } = usesOf(name, code);
    return [...reads ? [name] : [], ...writes ? [name] : []];
  });
  return terms.join(" + ") || "0";
}

/** Whether values of an array are read and whether they are stored: `a[i] = x`, `a[i].x = y`. */
function usesOf(name: string, code: string): { reads: boolean; writes: boolean } {
  let reads = false, writes = false;
  for (const { index } of code.matchAll(new RegExp(`(?<![.\\w])${name}\\s*\\[`, "g"))) {
    const after = code.slice(behindIndices(code, index + name.length));
    const stored = /^\s*([-+*/]?)=(?!=)/.exec(after);
    if (stored) writes = true;
    if (!stored || stored[1] !== "") reads = true;
  }
  return { reads, writes };
}

/** Where an access that begins at `at` ends: behind its indices and members. */
function behindIndices(code: string, at: number): number {
  let depth = 0, i = at;
  for (; i < code.length; i++) {
    if (code[i] === "[") depth++;
    else if (code[i] === "]") depth--;
    else if (depth === 0 && !/[\s.\w]/.test(code[i])) break;
  }
  return i;
}

/** What the header says of an entry point, as it stands there; undefined where it says nothing. */
export function clausesOf(label: string, text: string, entry: string): Clauses | undefined {
  for (const line of workLines(text)) {
    const [names, body] = line.split(/:(.*)/);
    if (!names.split(",").some((name) => name.trim() === entry)) continue;
    return Object.fromEntries(
      body.split(";").map((clause) => {
        const [word, ...rest] = clause.trim().split(" ");
        if (CLAUSES.some((known) => known === word)) return [word, rest.join(" ")];
        throw new SyntaxError(
          `Cannot read the work of ${label}: expected ${CLAUSES.join(", ")} but found "${word}": ` +
            "correct the kernel's header",
        );
      }),
    );
  }
}

/** The lines of a header's paragraph `work`, one for each colon. */
function workLines(text: string): string[] {
  const lines: string[] = [];
  let inside = false;
  for (const line of text.split("\n")) {
    const [, word, rest] = /^\/\/ (\w*) +(\S.*)$/.exec(line) ?? [];
    if (rest === undefined) inside = false;
    else if (word !== "") inside = word === "work";
    if (!inside) continue;
    if (/^[\w, ]+:/.test(rest)) lines.push(rest);
    else lines[lines.length - 1] += ` ${rest}`;
  }
  return lines;
}
