/**
 * What one request carries with it: what is asked for, of whom, and what to say when it fails.
 * @module
 */
import { callback, exactly, expectForm, having, maybe } from "../form.ts";
import { hubEnvironment } from "./environment.ts";
import type { HubEnvironment } from "./environment.ts";
import { sourceText } from "./source.ts";
import type { HubOptions, HubSource } from "./types.ts";

export type Hub = {
  source: HubSource;
  environment: HubEnvironment;
  fetch: typeof fetch;
  pause: (milliseconds: number) => Promise<void>;
  onNote: (text: string) => void;
};

const OPTIONS = {
  onNote: maybe(callback),
  environment: maybe(having({})),
  fetch: maybe(callback),
  pause: maybe(callback),
};

/** Fills in what the options leave out. `more` are the names of what else the caller takes. */
export async function openHub(
  source: HubSource,
  options: HubOptions,
  more: string[] = [],
): Promise<Hub> {
  const others = Object.fromEntries(more.map((name) => [name, maybe(callback)]));
  expectForm(`fetch ${sourceText(source)}`, options, exactly({ ...OPTIONS, ...others }));
  const { onNote = () => {}, fetch = globalThis.fetch, pause = sleep } = options;
  const environment = options.environment ?? await hubEnvironment();
  return { source, environment, fetch, pause, onNote };
}

const NAME = "HubError";

/** Whether an error is one of these sentences. */
export function isHubError(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith("Hub");
}

/** `Cannot fetch hf:...: expected ... but found ...: ...` */
export function hubError(
  { source }: Pick<Hub, "source">,
  { expected, found, todo }: { expected: string; found: string; todo: string },
): Error {
  const what = sourceText(source);
  const error = new Error(`Cannot fetch ${what}: expected ${expected} but found ${found}: ${todo}`);
  error.name = NAME;
  return error;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
