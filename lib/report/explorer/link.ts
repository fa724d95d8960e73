/**
 * Modules in TypeScript -> one script without imports, for a page that has to work from disk, where
 * browsers load no modules. Types are taken out by Deno itself; each module becomes a function that
 * is called once and returns what it exports.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { link } from "./link.ts";
 * const one = "export function one(): number { return 1; }\n";
 * const main = 'import { one } from "./one.ts";\nlog(one() + 1);\n';
 * const seen: number[] = [];
 * new Function("log", link({ main, one }, "main"))((value: number) => seen.push(value));
 * assertEquals(seen, [2]);
 * ```
 * @module
 */
import { stripTypeScriptTypes } from "node:module";
import { show } from "../../io/show.ts";

/** What remains of an import once types are taken out. */
const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*"\.\/(\w+)\.ts";$/gm;
const EXPORT = /^export (?=(?:async )?(?:function\*?|const) (\w+))/gm;

/**
 * `modules`: texts by name; they import one another as "./name.ts" and export functions and constants
 * where these are declared. Throws on a module that is not among them, on a circle, and on every other
 * kind of import or export, which a browser would stumble over.
 */
export function link(modules: Readonly<Record<string, string>>, main: string): string {
  const linked: string[] = [];
  const done = new Set<string>(), begun = new Set<string>();
  const visit = (name: string, by: string) => {
    if (done.has(name)) return;
    const text = modules[name];
    if (text === undefined || begun.has(name)) {
      throw new RangeError(
        `Cannot link ${main}: expected modules without a circle, each among those that are given, ` +
          `but found ${name} in ${by}: pass its text, or cut the circle`,
      );
    }
    begun.add(name);
    const code = stripTypeScriptTypes(text);
    for (const [, names, from] of code.matchAll(IMPORT)) if (names.trim() !== "") visit(from, name);
    linked.push(moduleScript(name, code));
    done.add(name);
  };
  visit(main, main);
  return linked.join("\n");
}

function moduleScript(name: string, code: string): string {
  const exported = [...code.matchAll(EXPORT)].map(([, found]) => found);
  const body = code
    .replace(IMPORT, (whole, names, from) => {
      if (/\bas\b/.test(names)) return whole; // a pattern would want a colon
      return names.trim() === "" ? "" : `const {${names}} = $${from};`;
    })
    .replace(EXPORT, "");
  const left = /^[ \t]*(?:import|export)\b.*/m.exec(body)?.[0].trim();
  if (left !== undefined) {
    throw new SyntaxError(
      `Cannot link ${name}: expected imports of names from "./module.ts" and exports of functions and ` +
        `constants where they are declared but found ${show(left)}: write it so`,
    );
  }
  return `const $${name} = (() => {\n${body.trim()}\nreturn { ${exported.join(", ")} };\n})();`;
}
