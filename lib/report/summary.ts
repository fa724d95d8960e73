/** Sections -> what programs read of them, and what a terminal shows. @module */
import type { Finding } from "./finding.ts";
import { blocksOf, type Section } from "./section.ts";

/**
 * By section: what it was made from, what could not be made where there is such, its findings (those
 * that were predicted with `rule`, `expected` and `why`), and all lines in their groups. Plain JSON.
 */
export function summary(sections: readonly Section[]): Record<string, unknown> {
  return Object.fromEntries(sections.map((section) => [section.id, {
    ...section.about,
    ...failuresOf(section),
    findings: findingsOf(section),
    groups: blocksOf(section, "lines").map(({ title, lines }) => ({ title, lines })),
  }]));
}

/** The findings of a section as lines of text: without rules and reasons. */
export function spoken(section: Section): string[] {
  return [
    "",
    section.title,
    ...findingsOf(section).flatMap((finding) => [
      "",
      `  ${finding.claim}: ${finding.verdict}${asExpected(finding)}`,
      `    ${finding.text}`,
    ]),
  ];
}

function asExpected({ verdict, expected }: Finding): string {
  if (expected === undefined) return "";
  return expected === verdict ? ", as predicted" : ` (predicted: ${expected})`;
}

function failuresOf(section: Section): { failures?: string[] } {
  const failures = blocksOf(section, "failure").map(({ text }) => text);
  return failures.length > 0 ? { failures } : {};
}

function findingsOf(section: Section): Finding[] {
  return blocksOf(section, "findings").flatMap(({ findings }) => findings);
}
