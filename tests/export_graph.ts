/** Which names files export and import, read off the text. @module */
import { fromFileUrl, join, normalize } from "@std/path";

export type Exported = { path: string; name: string };

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

/** The names that a file imports or exports from others of the checkout; "*" for all of them. */
export function namesIn(path: string, text: string): { from: string; name: string }[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
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
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
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
