/** What a point or bar says of itself where a reader points at it. @module */
import { elementsOf, type SvgElement } from "./tree.ts";

/**
 * More points and bars than this go without; those with contexts that the page has not shown have
 * them up to four times as many, but numbers alone and one context of the first and the last stage.
 */
const MOST = 250;

/** Contexts that a page has shown, or one of them where points were many, are not shown again. */
export type Told = Set<string>;

/** The words for one of the drawing's marks: nothing of most, and of all where they are too many. */
export function hoverWords(root: SvgElement, told: Told): (mark: SvgElement) => string | undefined {
  const { marks, news } = count(root, told);
  if (marks > (news > 0 ? 4 * MOST : MOST)) return () => undefined;
  const few = marks > MOST;
  return (mark) => isLabelled(mark) ? words(mark, { told, few }) : undefined;
}

/** Marks whose labels say what a reader may ask of them; others repeat where they are. */
function isLabelled({ attributes }: SvgElement): boolean {
  return "aria-label" in attributes &&
    /^(point|bar)$/.test(attributes["aria-roledescription"] ?? "");
}

function count(element: SvgElement, told: Told): { marks: number; news: number } {
  const labelled = isLabelled(element);
  const [, ...contexts] = labelled ? partsOf(element) : [];
  const own = {
    marks: labelled ? 1 : 0,
    news: contexts.some((context) => !told.has(context)) ? 1 : 0,
  };
  return elementsOf(element).map((child) => count(child, told))
    .reduce((sum, { marks, news }) => ({ marks: sum.marks + marks, news: sum.news + news }), own);
}

/** A mark's fields as one text, and the contexts of each stage. */
function partsOf(mark: SvgElement): string[] {
  return mark.attributes["aria-label"].split("; tokens ");
}

/** Between fields; not the end of an escape such as `&gt;`, which labels have as the drawing's text has it. */
const BETWEEN = /(?<!&#?\w+); /;

/** Between the contexts of a stage. */
const BESIDE = "  ·  ";

function words(mark: SvgElement, { told, few }: { told: Told; few: boolean }): string {
  const [fields, ...contexts] = partsOf(mark);
  const news = contexts.filter((context) => !told.has(context));
  for (const context of contexts) told.add(context);
  if (!few) return [shortened(fields), ...news].join("\n");
  const ends = news.length > 1 ? [news[0], news[news.length - 1]] : news;
  return [numbersOf(fields), ...ends.map((context) => context.split(BESIDE)[0])].join("\n");
}

/** Fields that are numbers: what else there is, colours and marks tell. */
function numbersOf(fields: string): string {
  return shortened(fields).split(BETWEEN).filter((field) => /: [-−\d.]+$/.test(field)).join("; ");
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
