/** What a point or bar says of itself where a reader points at it. @module */
import { elementsOf, type SvgElement } from "./tree.ts";

/** More points and bars than this go without; those with contexts have them up to four times as many. */
const MOST = 250;

/** Contexts that a page has shown are not shown again. */
export type Told = Set<string>;

/** The words for one of the drawing's marks: nothing of most, and of all where they are too many. */
export function hoverWords(root: SvgElement, told: Told): (mark: SvgElement) => string | undefined {
  const { marks, contexts } = count(root);
  if (marks > (contexts > 0 ? 4 * MOST : MOST)) return () => undefined;
  return (mark) => isLabelled(mark) ? words(mark.attributes["aria-label"], told) : undefined;
}

/** Marks whose labels say what a reader may ask of them; others repeat where they are. */
function isLabelled({ attributes }: SvgElement): boolean {
  return "aria-label" in attributes &&
    /^(point|bar)$/.test(attributes["aria-roledescription"] ?? "");
}

function count(element: SvgElement): { marks: number; contexts: number } {
  const own = isLabelled(element) ? 1 : 0;
  const seen = own === 1 && element.attributes["aria-label"].includes("; tokens ") ? 1 : 0;
  return elementsOf(element).map(count).reduce(
    (sum, { marks, contexts }) => ({ marks: sum.marks + marks, contexts: sum.contexts + contexts }),
    { marks: own, contexts: seen },
  );
}

/** Between fields; not the end of an escape such as `&gt;`, which labels have as the drawing's text has it. */
const BETWEEN = /(?<!&#?\w+); /;

function words(label: string, told: Told): string {
  const [fields, ...contexts] = label.split("; tokens ");
  const lines = [shortened(fields), ...contexts.filter((context) => !told.has(context))];
  for (const context of contexts) told.add(context);
  return lines.join("\n");
}

/** Fields without decimals that another one states to more digits, numbers with four of them. */
function shortened(fields: string): string {
  const parts = fields.split(BETWEEN).map((part) => {
    const [, name, value] = /^(.*?): (.*)$/.exec(part) ?? [, "", part];
    return { name, value, number: Number(value.replace("−", "-")) };
  });
  const restated = ({ value, number }: typeof parts[number], at: number) => {
    const digits = /\.(\d+)$/.exec(value)?.[1].length;
    return digits !== undefined &&
      parts.slice(at + 1).some((other) => other.number.toFixed(digits) === number.toFixed(digits));
  };
  return parts.filter((part, at) => !Number.isFinite(part.number) || !restated(part, at))
    .map(({ name, value, number }) => {
      const long = Number.isFinite(number) && /\d\.\d{4,}/.test(value);
      return `${name}: ${long ? Number(number.toPrecision(4)) : value}`;
    }).join("; ");
}
