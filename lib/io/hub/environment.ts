/**
 * Where the hub is, where its files lie on this disk, and who asks: Hugging Face's variables, read
 * here alone and when something is asked for. Nothing is kept: a notebook may set them and go on.
 * @module
 */
import { join } from "node:path";
import { escaped, show } from "../show.ts";

/** Where a hub is asked and where its files are kept. */
export type HubEnvironment = {
  /** Without a slash at the end. */
  endpoint: string;
  /** The folder that holds `models--OWNER--NAME`. */
  cache: string;
  token?: string;
  /** True: nothing may be asked. */
  offline: boolean;
  /** Milliseconds without a byte after which a connection counts as lost. */
  timeout: number;
};

/** What is read, for --allow-env. */
export const HUB_VARIABLES = [
  "HF_HOME",
  "HF_HUB_CACHE",
  "HF_TOKEN",
  "HF_TOKEN_PATH",
  "HF_ENDPOINT",
  "HF_HUB_OFFLINE",
  "HF_HUB_DOWNLOAD_TIMEOUT",
  "XDG_CACHE_HOME",
  "HOME",
  "USERPROFILE",
] as const;

/** A variable of the environment that is read. */
export type Variable = typeof HUB_VARIABLES[number];
/** The value of a variable of the environment. */
export type Get = (name: Variable) => string | undefined;

const ENDPOINT = "https://huggingface.co";
const TRUE = ["1", "ON", "YES", "TRUE"];

/**
 * What the environment says, as Python's huggingface_hub reads it; a token of `hf auth login` is
 * found too. Throws where a variable may not be read: HF_HUB_OFFLINE must not be missed.
 */
export async function hubEnvironment(get: Get = variable): Promise<HubEnvironment> {
  const given: Get = (name) => get(name)?.trim() || undefined;
  const homeOf = () => given("HOME") ?? given("USERPROFILE");
  const path = (text: string) => text.replace(/^~(?=$|[\\/])/, () => homeOf() ?? "~");
  const home = () =>
    path(given("HF_HOME") ?? join(given("XDG_CACHE_HOME") ?? cacheHome(homeOf()), "huggingface"));
  const offline = TRUE.includes(given("HF_HUB_OFFLINE")?.toUpperCase() ?? "");
  const stored = () => path(given("HF_TOKEN_PATH") ?? join(home(), "token"));
  return {
    endpoint: endpointOf(given("HF_ENDPOINT") ?? ENDPOINT),
    cache: path(given("HF_HUB_CACHE") ?? join(home(), "hub")),
    token: offline ? undefined : tokenOf(given("HF_TOKEN") ?? await storedToken(stored())),
    offline,
    timeout: 1000 * secondsOf(given("HF_HUB_DOWNLOAD_TIMEOUT") ?? "10"),
  };
}

function variable(name: Variable): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new Error(
      `Cannot ask the hub: expected leave to read its variables but found ${name} forbidden: ` +
        `run with --allow-env=${HUB_VARIABLES.join(",")}`,
      { cause: error },
    );
  }
}

function cacheHome(home?: string): string {
  if (home !== undefined) return join(home, ".cache");
  throw new Error(
    "Cannot find the hub's cache: expected HF_HOME or HOME in the environment but found neither: " +
      "set HF_HOME to a folder",
  );
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, "");
  // The text is not shown: a password may stand in it.
  throw new RangeError(
    "Cannot ask the hub: expected HF_ENDPOINT to be an address such as https://huggingface.co, " +
      "without a password or a query, but found another: correct it, or unset it",
  );
}

/** A token goes into a header, where a line end could begin another one. It is never shown. */
function tokenOf(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw new RangeError(
    "Cannot ask the hub: expected a token of letters and digits but found other characters in it: " +
      "copy HF_TOKEN again",
  );
}

async function storedToken(path: string): Promise<string | undefined> {
  try {
    return (await Deno.readTextFile(path)).trim() || undefined;
  } catch (error) {
    const none = [Deno.errors.NotFound, Deno.errors.NotADirectory];
    if (none.some((kind) => error instanceof kind)) return undefined;
    throw new Error(
      `Cannot ask the hub: expected to read the token in ${escaped(path)} but found ` +
        `${show((error as Error).message)}: set HF_TOKEN, or mend the file`,
      { cause: error },
    );
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new RangeError(
    `Cannot ask the hub: expected HF_HUB_DOWNLOAD_TIMEOUT to be seconds above 0 but found ` +
      `${show(text)}: set it to 10, or unset it`,
  );
}
