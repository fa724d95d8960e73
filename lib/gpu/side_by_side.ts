/**
 * Several kernels as one, side by side: the first workgroups do the work of the first, those behind
 * them that of the next. Dispatches of a pass wait for one another wherever they share a buffer, so
 * that small ones leave most of a GPU idle although none needs the other's result (horizontal fusion:
 * Li et al., arXiv 2007.01277).
 * @module
 */
import { clausesOf, movedClause } from "./work.ts";
import { itemsOf, type ModuleItem, reachable } from "./wgsl_items.ts";
import { type Binding, constantsIn, entryInterface } from "./wgsl.ts";

/**
 * A kernel to be put beside others: its expanded text, and for each of its buffers the name that it
 * gets, the same where several read one.
 */
export type Part = { text: string; entry: string; names: Record<string, string> };

/** Whether a kernel can stand beside others: it has buffers alone. */
export function standsBeside(bindings: readonly Binding[]): boolean {
  return bindings.every(({ kind }) => kind !== "readTexture" && kind !== "writeTexture");
}

/** Whether the invocations of a kernel know nothing of one another. */
export function isAlone(text: string): boolean {
  return !/var<workgroup>|Barrier\(|\bsubgroup|\bquad[A-Z]/.test(text);
}

/**
 * The text of the parts side by side, with an entry point `main` of `workgroup` invocations. Its
 * `Params` are those of part i with _i behind their names, its grid (grid_x_i, grid_y_i, grid_z_i),
 * and end_i: the workgroups of this part and all before it. A part that has workgroups of another size
 * has to be alone (`isAlone`): its invocations are dealt out anew.
 */
export function sideBySide(parts: readonly Part[], workgroup: number): string {
  const memory = new Map<string, string[]>();
  const bindings = new Map<string, string>();
  const made = parts.map((part, i) => {
    const { params, workgroup: own } = entryInterface(part.text, part.entry);
    const items = reachable(itemsOf(part.text), part.entry);
    for (const { text, name } of items) {
      const [, access, type] = /@binding\(\d+\)\s*(var<[^>]*>)\s*\w+\s*:\s*([^;]+);/.exec(text) ??
        [];
      if (access && name !== "params") {
        bindings.set(part.names[name], `${access} ${part.names[name]}: ${type};`);
      }
    }
    const main = items.find(({ name }) => name === part.entry)!;
    return {
      fields: [
        ...params,
        ...["grid_x", "grid_y", "grid_z", "end"].map((name) => ({ name, type: "u32" })),
      ]
        .map(({ name, type }) => `${name}_${i}: ${type}`),
      body: bodyOf(items, { names: part.names, memory, part: i }),
      call: callOf(main, { part: i, own, workgroup }),
    };
  });
  const declared = [...bindings.values()].map((text, i) => `@group(0) @binding(${i + 1}) ${text}`);
  const bodies = made.map(({ body }) => body).join("\n");
  const lane = /\bsubgroup/.test(bodies) ? ", @builtin(subgroup_invocation_id) lane: u32" : "";
  return `${workLine(parts)}struct Params { ${made.flatMap(({ fields }) => fields).join(", ")} }
@group(0) @binding(0) var<uniform> params: Params;
${declared.join("\n")}
${bodies}
@compute @workgroup_size(${workgroup})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) ids: vec3u, @builtin(local_invocation_index) local: u32${lane}) {
  let at = id.y * ids.x + id.x;
  ${made.map(({ call }) => call).join(" else ")}
}
`;
}

/** The `work` line of a header (work.ts): all operations, and the turns of the longest part. */
function workLine(parts: readonly Part[]): string {
  const all = parts.flatMap(({ text, entry, names }, i) => {
    const clauses = clausesOf(entry, text, entry), constants = constantsIn(text);
    const fields = new Set(entryInterface(text, entry).params.map(({ name }) => name));
    const own = (expression?: string) =>
      expression?.replace(/[A-Za-z_]\w*/g, (word) => {
        if (word in constants) return String(constants[word]);
        return !fields.has(word) && names[word] || `${word.replace("groups_", "grid_")}_${i}`;
      });
    const moved = clauses?.bytes ?? movedClause(text, entry, Object.keys(names));
    return clauses
      ? [{
        flop: own(clauses.flop),
        turns: own(clauses.ahead ?? clauses.turns),
        bytes: own(moved)!,
        clauses,
      }]
      : [];
  });
  const given = (part: "flop" | "turns") => all.flatMap((one) => one[part] ?? []);
  const flop = given("flop").map((one) => `(${one})`).join(" + ");
  const turns = given("turns").reduce(
    (a, b) => a && `((${a}) * ((${a}) >= (${b})) + (${b}) * ((${a}) < (${b})))` || b,
    "",
  );
  const word = all.some(({ clauses }) => clauses.ahead) ? "ahead" : "turns";
  // Where one says what it moves, the rest must: without, what several read is counted once.
  const told = all.length === parts.length && all.some(({ clauses }) => clauses.bytes);
  const bytes = told && all.map(({ bytes }) => `(${bytes})`).join(" + ");
  const line = [flop && `flop ${flop}`, turns && `${word} ${turns}`, bytes && `bytes ${bytes}`]
    .filter(Boolean).join("; ");
  return line && `// work      main: ${line}\n`;
}

/**
 * The constants, functions and memory of a part under names of its own. Only one part runs in a
 * workgroup, so that memory of one type serves several.
 */
function bodyOf(
  items: readonly ModuleItem[],
  { names, memory, part }: {
    names: Record<string, string>;
    memory: Map<string, string[]>;
    part: number;
  },
): string {
  const renamed = new Map(Object.entries(names)), kept: string[] = [];
  const constants = new Map(
    items.filter(({ kind }) => kind === "const").map(({ name, text }) => [
      name,
      /=\s*([^;]+);/.exec(text)![1],
    ]),
  );
  for (const { name, text } of items) {
    if (name === "Params" || text.includes("@binding")) continue;
    renamed.set(name, `${name}_${part}`);
    if (!text.startsWith("var<workgroup>")) {
      kept.push(text);
      continue;
    }
    const type = spelledOut(/:\s*([^;]+);/.exec(text)![1], constants),
      taken = memory.get(type) ?? [];
    const free = taken.find((other) => ![...renamed.values()].includes(other));
    if (free !== undefined) {
      renamed.set(name, free);
      continue;
    }
    memory.set(type, [...taken, `${name}_${part}`]);
    kept.push(text);
  }
  return kept.map((text) => renamedIn(withoutStage(text), renamed, part)).join("\n");
}

/** A type with the values of its constants in place of their names. */
function spelledOut(type: string, constants: ReadonlyMap<string, string>): string {
  const next = type.replace(/\b[A-Z]\w*\b/g, (name) => {
    const value = constants.get(name);
    return value === undefined ? name : `(${value})`;
  });
  return next === type ? type : spelledOut(next, constants);
}

/** A function without what makes it an entry point. */
function withoutStage(text: string): string {
  if (!text.startsWith("@compute")) return text;
  const open = text.indexOf("{"), start = text.indexOf("fn ");
  return text.slice(start, open).replace(/@builtin\(\w+\)\s*/g, "") + text.slice(open);
}

/** New names for what the module declares; members and fields are others' names. */
function renamedIn(text: string, renamed: ReadonlyMap<string, string>, part: number): string {
  if (text.startsWith("struct")) {
    return text.replace(/^struct\s+(\w+)/, (_, name) => `struct ${renamed.get(name)}`);
  }
  return text.replace(/\bparams\.(\w+)/g, `params.$1_${part}`).replace(
    /(?<![.\w])[A-Za-z_]\w*/g,
    (word) => renamed.get(word) ?? word,
  );
}

/** What workgroups below end_i do: those of the part, as if there were no others. */
function callOf(
  { text, name }: ModuleItem,
  { part: i, own, workgroup }: { part: number; own: number; workgroup: number },
): string {
  const header = text.slice(0, text.indexOf("{"));
  const wanted = [...header.matchAll(/@builtin\((\w+)\)\s*\w+\s*:/g)].map(([, name]) => name);
  const given: Record<string, string> = {
    workgroup_id: "group",
    num_workgroups: "groups",
    local_invocation_index: "l",
    global_invocation_id: `vec3u(group.x * ${own}u + l, group.y, group.z)`,
    subgroup_invocation_id: "lane",
  };
  const call = `${name}_${i}(${wanted.map((builtin) => given[builtin]).join(", ")});`;
  const first = i === 0 ? "at" : `(at - params.end_${i - 1})`;
  const place = own === workgroup
    ? `let w = ${first}; let l = local;`
    : `let t = ${first} * ${workgroup}u + local; let w = t / ${own}u; let l = t % ${own}u;`;
  return `if (at < params.end_${i}) {
    ${place}
    let groups = vec3u(params.grid_x_${i}, params.grid_y_${i}, params.grid_z_${i});
    let group = vec3u(w % groups.x, w / groups.x % groups.y, w / (groups.x * groups.y));
    ${own === workgroup ? call : `if (group.z < groups.z) { ${call} }`}
  }`;
}
