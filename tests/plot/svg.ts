/**
 * Questions to an SVG that vega drew, by its marks' roles.
 *
 * @module
 */

/** The opening tags `<name ...>` that contain `part`, in drawing order. */
export function tags(svg: string, name: string, part: string): string[] {
  return (svg.match(new RegExp(`<${name} [^>]*>`, "g")) ?? []).filter((tag) => tag.includes(part));
}

/** The texts drawn by text marks, legends, axes and titles, in drawing order; one a line. */
export function texts(svg: string): string[] {
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) => unescape(text));
}

/** What a screen reader says of each mark of a kind: the fields that hovering shows as well. */
export function labels(svg: string, kind: string): string[] {
  return [...svg.matchAll(/aria-label="([^"]*)" role="[^"]*" aria-roledescription="([^"]*)"/g)]
    .filter(([, , found]) => found === kind)
    .map(([, label]) => unescape(label));
}

/** Numbers of a tag: where it is moved to, and its attributes. */
export function numbers(tag: string): { translate: number[] } & Record<"x2" | "y2", number> {
  const attribute = (name: string) => Number(new RegExp(` ${name}="([^"]+)"`).exec(tag)?.[1]);
  const translate = /translate\(([^)]*)\)/.exec(tag)?.[1].split(",").map(Number) ?? [];
  return { translate, x2: attribute("x2"), y2: attribute("y2") };
}

function unescape(text: string): string {
  return text.replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}
