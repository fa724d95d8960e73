/** A check of an adapter as files, for programs and for readers. @module */
import { join } from "node:path";
import { writeJson, writeWhole } from "../../lib/io/files.ts";
import { escaped } from "../../lib/io/show.ts";
import type { Check, PartResult, Row } from "./results.ts";

/** Writes gpu-check.json and gpu-check.md, each as a whole file. */
export async function writeCheck(out: string, check: Check): Promise<void> {
  await writeJson(join(out, "gpu-check.json"), check);
  await writeWhole(join(out, "gpu-check.md"), checkText(check));
}

/** The whole of gpu-check.md. */
export function checkText({ minutes, deno, parts }: Check): string {
  const lines = [
    "# What was found on this adapter",
    "",
    `Deno ${deno}, ${minutes} minutes. Predictions are those of the time model, or the least that the adapter's ` +
    "own limits allow where it does not know the adapter. Everything, each dispatch too, is in gpu-check.json.",
    ...parts.flatMap((part) => ["", `## ${part.title}`, "", partLine(part), ...tables(part.rows)]),
  ];
  return lines.join("\n") + "\n";
}

/** How a part ended, on one line. */
export function partLine({ title, state, reason, seconds, rows }: PartResult): string {
  const took = state === "left out" ? "" : ` in ${seconds.toFixed(0)} s, ${rows.length} rows`;
  return `${title}: ${state}${took}${reason ? ` (${escaped(reason)})` : ""}`;
}

function tables(rows: readonly Row[]): string[] {
  const shown = rows.filter(({ detail }) => !detail);
  const groups = [...new Set(shown.map(({ group }) => group))];
  const details = rows.length - shown.length;
  const more = details > 0 ? ["", `${details} more rows are in gpu-check.json.`] : [];
  return groups.flatMap((group) => {
    const its = shown.filter((row) => row.group === group);
    return [
      "",
      ...(group === undefined ? [] : [`**${cell(group)}**`, ""]),
      "| what | predicted | found | found / predicted | |",
      "| --- | --- | --- | --- | --- |",
      ...its.map(rowText),
    ];
  }).concat(more);
}

function rowText({ name, predicted, measured, unit, text, note }: Row): string {
  const ratio = predicted && measured ? (measured / predicted).toFixed(2) : "";
  const found = text ?? amount(measured, unit);
  return `| ${[name, amount(predicted, unit), found, ratio, note ?? ""].map(cell).join(" | ")} |`;
}

/** A number with a unit that suits its size. */
export function amount(value: number | undefined, unit?: Row["unit"]): string {
  if (value === undefined) return "";
  if (unit === undefined) return Number.isInteger(value) ? `${value}` : value.toPrecision(3);
  const scales: [number, string][] = unit === "s"
    ? [[1, "s"], [1e-3, "ms"], [1e-6, "us"]]
    : [[1e12, `T${unit}`], [1e9, `G${unit}`], [1e6, `M${unit}`]];
  const [size, name] = scales.find(([size]) => Math.abs(value) >= size) ?? scales.at(-1)!;
  return `${(value / size).toPrecision(3)} ${name}`;
}

function cell(text: string): string {
  return escaped(text).replaceAll("|", "\\|");
}
