/**
 * Which file names which, and which names, read off the text: imports, exports from elsewhere, types, workers and kernels
 * alike.
 * @module
 */
import { fromFileUrl, join, normalize } from "@std/path";

/** The files that each file of the checkout names, all as paths from the checkout's root. */
export type ImportGraph = Map<string, string[]>;

const CHECKOUT = fromFileUrl(new URL("..", import.meta.url));

/** The TypeScript files under these folders of the checkout: path and text. */
export async function sourcesIn(folders: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for await (const { name, isDirectory } of Deno.readDir(join(CHECKOUT, folder))) {
      const path = `${folder}/${name}`;
      if (isDirectory) { for (const entry of await sourcesIn([path])) found.set(...entry); }
      else if (name.endsWith(".ts")) found.set(path, await Deno.readTextFile(join(CHECKOUT, path)));
    }
  }
  return found;
}

/** The graph of everything under these folders of the checkout. */
export async function importGraph(folders: readonly string[]): Promise<ImportGraph> {
  const sources = await sourcesIn(folders);
  return new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
}

/** The files that the text of `path` names, examples in comments left out. */
export function importsOf(path: string, text: string): string[] {
  const code = withoutComments(text);
  const named = code.matchAll(
    /^(?:import|export)\b[^;"'`]*?from\s*"(\.[^"]*)"|^import\s*"(\.[^"]*)"|\bimport\(\s*"(\.[^"]*)"|new URL\(\s*"(\.[^"]*\.(?:ts|wgsl))"/gm,
  );
  const folder = path.slice(0, path.lastIndexOf("/"));
  return [...named].map((match) => normalize(join(folder, match.slice(1).find(Boolean)!)));
}

/** A way through the graph from a file back to itself, or undefined where there is none. */
export function findCycle(graph: ImportGraph): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = walk(next, [...way, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The names that a file imports or exports from others of the checkout; "*" for all of them. */
export function namesIn(path: string, text: string): { from: string; name: string }[] {
  const code = withoutComments(text);
  const folder = path.slice(0, path.lastIndexOf("/"));
  const clauses = code.matchAll(
    /^(?:import|export)\b\s*(?:type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?)\s*from\s*"(\.[^"]*)"/gm,
  );
  return [...clauses].flatMap(([, clause, file]) => {
    const from = normalize(join(folder, file));
    if (clause.startsWith("*")) return [{ from, name: "*" }];
    return listed(clause).map((name) => ({ from, name }));
  });
}

/** The names that a door exports. */
export function exportsOf(text: string): string[] {
  const code = withoutComments(text);
  return [...code.matchAll(/^export (?:type )?(\{[^}]*\}|\* as \w+)/gm)].flatMap(([, clause]) =>
    clause.startsWith("*") ? [clause.slice(5)] : listed(clause)
  );
}

/** The files that a door exports whole, each as a namespace. */
export function namespaced(text: string): string[] {
  return [...text.matchAll(/^export \* as \w+ from "\.\/([^"]*)"/gm)].map(([, file]) => file);
}

function listed(clause: string): string[] {
  return clause.slice(1, -1).split(",").map((name) =>
    name.trim().replace(/^type /, "").replace(/ as \w+$/, "")
  ).filter((name) => name !== "");
}

/** Examples in comments name files as well, which nobody imports. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
