/** What the page is about: its title, how to read it, what it was made from and what it lacks. @module */
import type { Explorer } from "./explorer.ts";
import { html, type View } from "./preact.ts";

export function PageHeading({ explorer }: { explorer: Explorer }): View {
  const { title, axes, about, stages, missing } = explorer;
  return html`
    <header class="page">
      <h1>${title}</h1>
      <p>${axes.about}</p>
      <details><summary>What this was made from</summary>
        <dl class="numbers">${about.map(({ name, value }) =>
          html`
            <dt>${name}</dt>
            <dd>${value}</dd>
          `
        )}
          ${stages.map(({ name, about }) =>
            html`
              <dt>${name}</dt>
              <dd>${about}</dd>
            `
          )}</dl>
      </details>
      ${missing.length > 0 && html`
        <details>
          <summary>What is not shown here (${missing.length})</summary>
          <ul>${missing.map((sentence) => html`<li>${sentence}</li>`)}</ul>
        </details>
      `}
    </header>
  `;
}
