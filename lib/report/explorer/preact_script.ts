/**
 * Preact with htm, as they lie in npm's cache, for a page that loads nothing.
 *
 * @module
 */
import standalone from "npm:htm@3.1.1/preact/standalone" with { type: "text" };

const EXPORTS = /export\s*\{([^}]*)\};?\s*$/;

/** A script that defines the constant `htmPreact`, with what the module exports. */
export function preactScript(): string {
  const found = EXPORTS.exec(standalone);
  if (found === null) {
    throw new Error(
      "Cannot take Preact into a page: expected a module that ends in its exports but found none: " +
        "take htm in the version that is named here",
    );
  }
  const members = found[1].split(",").map((name) => {
    const [local, as = local] = name.trim().split(/\s+as\s+/);
    return `${as}: ${local}`;
  });
  return `const htmPreact = (() => {\n${standalone.slice(0, found.index)}\n` +
    `return { ${members.join(", ")} };\n})();`;
}
