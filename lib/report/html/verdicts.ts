/** How many claims of each section came to which verdict. @module */
import type { Verdict } from "../finding.ts";
import { blocksOf, type Section } from "../section.ts";
import { escapeHtml } from "./escape.ts";
import { htmlTable } from "./tables.ts";

const VERDICTS: readonly Verdict[] = ["replicated", "in part", "not replicated", "undecided"];

/** The table at the head of a page; nothing where no section has findings. */
export function verdictsTable(sections: readonly Section[]): string {
  const rows = sections.flatMap((section) => {
    const findings = blocksOf(section, "findings").flatMap(({ findings }) => findings);
    if (findings.length === 0) return [];
    const counts = VERDICTS.map((verdict) =>
      String(findings.filter((finding) => finding.verdict === verdict).length)
    );
    return [[`<a href="#${section.id}">${escapeHtml(section.title)}</a>`, ...counts]];
  });
  if (rows.length === 0) return "";
  const heads = VERDICTS.map((verdict) =>
    `<span class="${verdict.replaceAll(" ", "-")}">${verdict}</span>`
  );
  return htmlTable(["claims", ...heads], rows, { name: "verdicts", label: "Verdicts by system" });
}
