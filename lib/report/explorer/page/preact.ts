/** Preact's parts that the page uses; the script before this one defines them. @module */

/** What the page draws: made by html, taken by render. */
export type View = { readonly __view: never } | string | number | null | false | readonly View[];

type Preact = {
  html(parts: TemplateStringsArray, ...values: unknown[]): View;
  render(view: View, into: unknown): void;
  useState<T>(first: T | (() => T)): [T, (next: T | ((now: T) => T)) => void];
  useEffect(run: () => void | (() => void), inputs: readonly unknown[]): void;
  useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
  useRef<T>(first: T): { current: T };
};

declare const htmPreact: Preact;

export const html: Preact["html"] = htmPreact.html;
export const render: Preact["render"] = htmPreact.render;
export const useState: Preact["useState"] = htmPreact.useState;
export const useEffect: Preact["useEffect"] = htmPreact.useEffect;
export const useMemo: Preact["useMemo"] = htmPreact.useMemo;
export const useRef: Preact["useRef"] = htmPreact.useRef;
