/** What a drawing draws many times is in it once. @module */
import { moveOf } from "./moves.ts";
import { elementsOf, type SvgElement, type SvgNode } from "./tree.ts";

/** Fewer are shorter as they are. */
const OFTEN = 3;

/** What an element takes from the group that it is in. Opacity of a group is another picture. */
const INHERITED =
  /^(fill|stroke|(fill|stroke)-opacity|stroke-(width|dasharray|linecap|linejoin)|font-.*|text-anchor)$/;

/**
 * Changes the drawing: shapes that are drawn often are drawn by their name, those in a row that say
 * nothing on hover as the marks of one path, and siblings of one look share it.
 */
export function shareShapes(root: SvgElement, prefix: string): void {
  const counts = new Map<string, number>();
  eachShape(root, (look) => counts.set(look, (counts.get(look) ?? 0) + 1));
  const names = new Map<string, string>();
  eachShape(root, (look, shape) => {
    if (counts.get(look)! < OFTEN) return;
    if (!names.has(look)) names.set(look, `${prefix}s${names.size}`);
    const [x, y] = moveOf(shape)!.map((n) => n.toFixed(1).replace(/\.0$/, ""));
    shape.name = "use";
    shape.attributes = { href: `#${names.get(look)}`, x, y };
  });
  const marked = new Set<string>();
  markRuns(root, marked);
  shareLooks(root);
  const defs = [...names].flatMap(([look, id]) =>
    definitions(look, { id, marked: marked.has(id) })
  );
  if (defs.length > 0) root.children.unshift({ name: "defs", attributes: {}, children: defs });
}

function eachShape(element: SvgElement, tell: (look: string, shape: SvgElement) => void): void {
  const { transform, ...look } = element.attributes;
  const moved = element.name === "path" && transform !== undefined && moveOf(element) !== undefined;
  if (moved) tell(JSON.stringify(look), element);
  for (const child of elementsOf(element)) eachShape(child, tell);
}

/** A shape, and where it is a path's mark that too. */
function definitions(look: string, { id, marked }: { id: string; marked: boolean }): SvgElement[] {
  const shape = { name: "path", attributes: { id, ...JSON.parse(look) }, children: [] };
  if (!marked) return [shape];
  // What a marker draws takes nothing from the path: vega's outermost group says fill="none".
  const attributes = {
    id: `${id}m`,
    fill: "none",
    markerUnits: "userSpaceOnUse",
    overflow: "visible",
  };
  const use = { name: "use", attributes: { href: `#${id}` }, children: [] };
  return [shape, { name: "marker", attributes, children: [use] }];
}

function markRuns(element: SvgElement, marked: Set<string>): void {
  for (const child of elementsOf(element)) markRuns(child, marked);
  element.children = runsOf(element.children, nameOfUse).flatMap(({ key, members }) => {
    if (key === "" || members.length < OFTEN) return members;
    marked.add(key.slice(1));
    const places = (members as SvgElement[]).map(({ attributes: { x, y } }) => `${x},${y}`);
    const [first, last] = [places[0], places.at(-1)]; // twice, so that all lie between two ends
    const marker = { fill: "none", stroke: "none", "marker-mid": `url(${key}m)` };
    const attributes = { d: `M${[first, ...places, last].join(" ")}`, ...marker };
    return [{ name: "path", attributes, children: [] }];
  });
}

function nameOfUse(node: SvgNode): string {
  const silent = typeof node !== "string" && node.name === "use" && node.children.length === 0;
  return silent ? node.attributes.href : "";
}

/** Neighbours of one look are in a group that has it. */
function shareLooks(element: SvgElement): void {
  for (const child of elementsOf(element)) shareLooks(child);
  element.children = runsOf(element.children, lookOf).flatMap(({ key, members }) =>
    key === "" || members.length < OFTEN ? members : [grouped(members as SvgElement[])]
  );
}

/** Neighbours with one key, in order. */
function runsOf(nodes: readonly SvgNode[], keyOf: (node: SvgNode) => string) {
  const runs: { key: string; members: SvgNode[] }[] = [];
  for (const node of nodes) {
    const key = keyOf(node), run = runs.at(-1);
    if (run?.key === key) run.members.push(node);
    else runs.push({ key, members: [node] });
  }
  return runs;
}

function lookOf(node: SvgNode): string {
  if (typeof node === "string" || !/^(path|text|rect|line)$/.test(node.name)) return "";
  const shared = Object.entries(node.attributes).filter(([key]) => INHERITED.test(key));
  return shared.length === 0 ? "" : JSON.stringify(shared);
}

function grouped(members: SvgElement[]): SvgElement {
  const part = (element: SvgElement, inherited: boolean) =>
    Object.fromEntries(
      Object.entries(element.attributes).filter(([key]) => INHERITED.test(key) === inherited),
    );
  const attributes = part(members[0], true);
  const children = members.map((member) => ({ ...member, attributes: part(member, false) }));
  return { name: "g", attributes, children };
}
