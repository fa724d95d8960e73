/**
 * Which file names which, read off the text: imports, exports from elsewhere, types, workers and kernels alike.
 * @module
 */
import { fromFileUrl, join, normalize } from "@std/path";

/** The files that each file of the checkout names, all as paths from the checkout's root. */
export type ImportGraph = Map<string, string[]>;

const CHECKOUT = fromFileUrl(new URL("..", import.meta.url));

/** The graph of everything under these folders of the checkout. */
export async function importGraph(folders: string[]): Promise<ImportGraph> {
  const graph: ImportGraph = new Map();
  for (const folder of folders) {
    for await (const path of sources(folder)) {
      graph.set(path, importsOf(path, await Deno.readTextFile(join(CHECKOUT, path))));
    }
  }
  return graph;
}

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(join(CHECKOUT, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sources(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/** The files that the text of `path` names, examples in comments left out. */
export function importsOf(path: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
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
