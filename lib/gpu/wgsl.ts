/**
 * The kernel language: WGSL with constants that the caller may set, `@unroll` and `@if`, expanded
 * as text.
 *
 *   const TM = 64;                  a default; `expandWgsl(source, { TM: 32 })` replaces its value, keeps a suffix
 *   @unroll(r, TM) { acc[r] = f(r); }   the block, TM times, with r replaced by 0 .. TM - 1
 *   @if(BIAS == 1) { ... }          the text inside, or nothing; no scope of its own
 *
 * Drivers stop unrolling as soon as a loop carries naga's bound checks, and textual unrolling is
 * worth a factor of ten on a CPU adapter; sizes of the data stay in uniforms, so one text serves
 * all shapes.
 * @module
 */

/** Values for the `const` lines of a kernel, by name. */
export type Constants = Record<string, number>;

/**
 * Replaces constants and expands `@if` and `@unroll`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const text = expandWgsl("const N = 4;\n@unroll(i, N) { a[i] = i; }", { N: 2 });
 * assertEquals(text.replace(/\s+/g, " ").trim(), "const N = 2; { a[0] = 0; } { a[1] = 1; }");
 * ```
 * Throws on a constant that the kernel does not have, on unbalanced braces and on bounds that are
 * not numbers.
 */
export function expandWgsl(source: string, constants: Constants = {}): string {
  const known: Constants = {};
  const unused = new Set(Object.keys(constants));
  const text = source.replace(
    /^const\s+(\w+)\s*(:\s*\w+\s*)?=\s*([^;]+);/gm,
    (line, name, type, value) => {
      unused.delete(name);
      if (name in constants) {
        known[name] = constants[name];
        const suffix = /\d(u|i|f)$/.exec(value)?.[1] ?? "";
        return `const ${name} ${type ?? ""}= ${constants[name]}${suffix};`;
      }
      const number = evaluate(value, known);
      if (number !== undefined) known[name] = number;
      return line;
    },
  );
  if (unused.size > 0) {
    const names = Object.keys(known).join(", ");
    throw new RangeError(
      `Cannot expand kernel: expected one of its constants (${names}) but found ${[...unused]}: ` +
        `declare it in the kernel as "const NAME = value;"`,
    );
  }
  return expandBlocks(text, known);
}

function expandBlocks(text: string, known: Constants): string {
  const start = /@(unroll|if)\s*\(/.exec(text);
  if (!start) return text;
  const head = balanced(text, start.index + start[0].length - 1, "(", ")");
  const open = text.indexOf("{", head.end);
  const body = balanced(text, open, "{", "}");
  const before = text.slice(0, start.index), after = text.slice(body.end);
  return before + expandBlock(start[1], head.inside, body.inside, known) +
    expandBlocks(after, known);
}

function expandBlock(kind: string, head: string, body: string, known: Constants): string {
  if (kind === "if") {
    return mustEvaluate(head, known) !== 0 ? expandBlocks(body, known) : "";
  }
  const [variable, bound] = head.split(",").map((part) => part.trim());
  const count = mustEvaluate(bound, known);
  const pattern = new RegExp(`\\b${variable}\\b`, "g");
  let result = "";
  for (let i = 0; i < count; i++) {
    const scope = { ...known, [variable]: i };
    result += `{${expandBlocks(body, scope).replace(pattern, String(i))}}\n`;
  }
  return result;
}

/** The text between the bracket at `start` and its partner. */
function balanced(text: string, start: number, open: string, close: string) {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) {
      return { inside: text.slice(start + 1, i), end: i + 1 };
    }
  }
  throw new SyntaxError(
    `Cannot expand kernel: expected a "${close}" for the "${open}" at "${
      text.slice(start, start + 40)
    }" but found the end of the text: balance the brackets`,
  );
}

function mustEvaluate(expression: string, known: Constants): number {
  const value = evaluate(expression, known);
  if (value === undefined) {
    throw new SyntaxError(
      `Cannot expand kernel: expected a number in terms of ${Object.keys(known).join(", ")} ` +
        `but found "${expression}": use constants declared above`,
    );
  }
  return value;
}

/** Integer arithmetic and comparisons over known constants; undefined where a name is unknown. */
export function evaluate(expression: string, known: Constants): number | undefined {
  const tokens = expression.match(/\d+\.?\d*[uif]?|\w+|[<>=!]=|&&|\|\||[-+*/%()<>]/g) ?? [];
  let at = 0;
  let failed = false;
  const levels: string[][] = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], [
    "*",
    "/",
    "%",
  ]];
  const apply: Record<string, (a: number, b: number) => number> = {
    "||": (a, b) => a || b ? 1 : 0,
    "&&": (a, b) => a && b ? 1 : 0,
    "==": (a, b) => a === b ? 1 : 0,
    "!=": (a, b) => a !== b ? 1 : 0,
    "<": (a, b) => a < b ? 1 : 0,
    ">": (a, b) => a > b ? 1 : 0,
    "<=": (a, b) => a <= b ? 1 : 0,
    ">=": (a, b) => a >= b ? 1 : 0,
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => Math.trunc(a / b),
    "%": (a, b) => a % b,
  };
  const atom = (): number => {
    const token = tokens[at++] ?? "";
    if (token === "(") {
      const value = level(0);
      if (tokens[at++] !== ")") failed = true;
      return value;
    }
    if (/^\d/.test(token)) return Number(token.replace(/[uif]$/, ""));
    if (token in known) return known[token];
    failed = true;
    return 0;
  };
  const level = (depth: number): number => {
    if (depth === levels.length) return atom();
    let value = level(depth + 1);
    while (levels[depth].includes(tokens[at])) {
      value = apply[tokens[at++]](value, level(depth + 1));
    }
    return value;
  };
  const value = level(0);
  return failed || at !== tokens.length ? undefined : value;
}

/**
 * A binding of a kernel; textures are rgba32float storage textures. `dtype`: what numbers a buffer
 * is an array of.
 */
export type Binding = {
  index: number;
  name: string;
  dtype?: "f32" | "u32";
  kind: "uniform" | "read" | "write" | "readTexture" | "writeTexture";
};

/** The numbers of an array type such as array<vec4f> or array<atomic<u32>>. */
function dtypeOf(type: string): { dtype?: "f32" | "u32" } {
  const element = /^array<(?:atomic<)?(\w+)/.exec(type)?.[1] ?? "";
  if (/^(f32|vec\df)$/.test(element)) return { dtype: "f32" };
  return /^(u32|vec\du)$/.test(element) ? { dtype: "u32" } : {};
}

/**
 * What an entry point needs: its bindings, in order, the fields of its `Params` struct, and
 * invocations a workgroup.
 */
export type EntryInterface = {
  bindings: Binding[];
  params: { name: string; type: string }[];
  workgroup: number;
};

/** The bodies of an entry point and of the functions that it calls, comments left out. */
export function reachedText(text: string, entry: string): string {
  return reached(withoutComments(text), entry).join("\n");
}

function withoutComments(text: string): string {
  return text.replace(/\/\/.*$/gm, "");
}

/** Whether a name stands in a text otherwise than as a member's; texts may be long, so it stops at the first. */
function names(code: string, name: string): boolean {
  return new RegExp(`(?<![.\\w])${name}\\b`).test(code);
}

/** The bodies of an entry point and of the functions that it calls, in that order. */
function reached(code: string, entry: string): string[] {
  const functions = new Map<string, string>();
  for (const match of code.matchAll(/\bfn\s+(\w+)\s*\(/g)) {
    const open = code.indexOf("{", match.index);
    functions.set(match[1], balanced(code, open, "{", "}").inside);
  }
  if (!functions.has(entry)) {
    throw new RangeError(
      `Cannot use kernel: expected one of its functions (${[...functions.keys()].join(", ")}) ` +
        `but found "${entry}": name an entry point`,
    );
  }
  const found = new Map<string, string>();
  const visit = (name: string) => {
    const body = functions.get(name)!;
    found.set(name, body);
    for (const other of functions.keys()) {
      if (!found.has(other) && names(body, other)) visit(other);
    }
  };
  visit(entry);
  return [...found.values()];
}

/**
 * Reads from expanded WGSL which bindings an entry point uses, through the functions that it calls,
 * the layout of `struct Params` (scalars only, so field i lies at byte 4 i), and the size of its
 * workgroups.
 */
export function entryInterface(text: string, entry: string): EntryInterface {
  const code = withoutComments(text);
  const bodies = reached(code, entry);
  const used = (name: string) => bodies.some((body) => names(body, name));
  const declared = code.matchAll(
    /@group\(0\)\s*@binding\((\d+)\)\s*var<\s*(\w+)\s*(?:,\s*(\w+)\s*)?>\s*(\w+)\s*:\s*([^;]*)/g,
  );
  const bindings: Binding[] = [];
  for (const [, index, space, access, name, type] of declared) {
    if (!used(name)) continue;
    const kind = space === "uniform" ? "uniform" : access === "read_write" ? "write" : "read";
    bindings.push({ index: Number(index), name, kind, ...dtypeOf(type) });
  }
  const textures = code.matchAll(
    /@group\(0\)\s*@binding\((\d+)\)\s*var\s+(\w+)\s*:\s*texture_storage_2d<rgba32float,\s*(read|write)>/g,
  );
  for (const [, index, name, access] of textures) {
    if (!used(name)) continue;
    bindings.push({
      index: Number(index),
      name,
      kind: access === "read" ? "readTexture" : "writeTexture",
    });
  }
  bindings.sort((a, b) => a.index - b.index);
  const struct = /struct\s+Params\s*\{([^}]*)\}/.exec(code)?.[1] ?? "";
  const params = [...struct.matchAll(/(\w+)\s*:\s*(\w+)/g)].map(([, name, type]) => ({
    name,
    type,
  }));
  return { bindings, params, workgroup: workgroupOf(code, entry) };
}

/**
 * The invocations of a workgroup, which has one axis here; a constant of the kernel may name them.
 */
function workgroupOf(code: string, entry: string): number {
  const size = new RegExp(`@workgroup_size\\(([^)]*)\\)\\s*fn\\s+${entry}\\b`).exec(code)?.[1];
  const workgroup = size === undefined ? undefined : evaluate(size, constantsIn(code));
  if (workgroup === undefined) {
    throw new SyntaxError(
      `Cannot use kernel: expected "@workgroup_size(n)" before "fn ${entry}" but found ${
        size === undefined ? "none" : `"${size}"`
      }: write one number, or a constant declared above`,
    );
  }
  return workgroup;
}

/** The `const` lines of a kernel whose values are whole numbers over those above. */
export function constantsIn(text: string): Constants {
  const known: Constants = {};
  for (const [, name, value] of text.matchAll(/^const\s+(\w+)\s*(?::\s*\w+\s*)?=\s*([^;]+);/gm)) {
    const number = evaluate(value, known);
    if (number !== undefined) known[name] = number;
  }
  return known;
}
