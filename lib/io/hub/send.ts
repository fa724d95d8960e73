/**
 * One try of one request. The token goes to the hub itself and nowhere else: redirections, to the
 * hosts that keep large files, are followed here and not by fetch. A connection without a byte for
 * too long counts as lost. What may go better another time is returned, what will not is thrown.
 * @module
 */
import { escaped, show } from "../show.ts";
import { type Hub, hubError } from "./hub.ts";
import { isBusy, refusal, retryAfter } from "./refusals.ts";

/** What may go better another time. */
export type Failure = {
  found: string;
  /** Whether the hub answered, if only that it is busy. */
  answered: boolean;
  /** Milliseconds after which it wants to be asked again. */
  wait?: number;
};

/** Whether something failed for now. */
export function isFailure<T>(result: T | Failure): result is Failure {
  return typeof result === "object" && result !== null && "found" in result;
}

/** The beginning of a good answer. */
export type Answer = {
  status: number;
  headers: Headers;
  /** The next bytes of the body, undefined at its end. */
  next: () => Promise<Uint8Array | undefined | Failure>;
  /** Ends the connection; call it in any case. */
  drop: () => Promise<void>;
};

export type Request = { method?: string; headers?: HeadersInit; body?: BodyInit | null };

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 10;

/** Asks once. Throws where the answer is no and will stay so. */
export async function send(hub: Hub, url: string, request: Request): Promise<Answer | Failure> {
  if (hub.environment.offline) throw new Error(`HF_HUB_OFFLINE is set, and ${url} was asked for`);
  let at = new URL(url);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const opened = await open(hub, at, request);
    if (isFailure(opened)) return opened;
    const { response } = opened;
    if (response.ok) return answerOf(hub, opened);
    await response.body?.cancel();
    if (!REDIRECTS.includes(response.status)) return busyOrRefused(hub, at, response);
    at = nextAddress(hub, at, response.headers.get("location"));
  }
  throw hubError(hub, {
    expected: "an answer",
    found: `more than ${MOST_REDIRECTS} redirections`,
    todo: "check HF_ENDPOINT",
  });
}

type Opened = { response: Response; controller: AbortController };

async function open(hub: Hub, at: URL, request: Request): Promise<Opened | Failure> {
  const controller = new AbortController();
  const headers = new Headers(request.headers);
  headers.set("accept-encoding", "identity"); // sizes and ranges are those of the file itself
  const { endpoint, token } = hub.environment;
  if (token !== undefined && at.origin === new URL(endpoint).origin) {
    headers.set("authorization", `Bearer ${token}`);
  }
  const asked = () =>
    hub.fetch(at, { ...request, headers, redirect: "manual", signal: controller.signal });
  const late = `no answer of ${at.host}`;
  const response = await inTime(hub, asked, { controller, late, answered: false });
  return isFailure(response) ? response : { response, controller };
}

function answerOf(hub: Hub, { response, controller }: Opened): Answer {
  const reader = response.body?.getReader();
  return {
    status: response.status,
    headers: response.headers,
    next: async () => {
      if (reader === undefined) return undefined;
      const late = "no more bytes";
      const read = await inTime(hub, () => reader.read(), { controller, late, answered: true });
      return isFailure(read) ? read : read.value;
    },
    drop: async () => {
      await reader?.cancel().catch(() => {}); // a lost connection is as good as an ended one
    },
  };
}

/** Runs something of the network, for as long as the hub may be silent. */
async function inTime<T>(
  hub: Hub,
  run: () => Promise<T>,
  { controller, late, answered }: { controller: AbortController; late: string; answered: boolean },
): Promise<T | Failure> {
  const { timeout } = hub.environment;
  const timer = setTimeout(() => controller.abort(), timeout);
  try {
    return await run();
  } catch (error) {
    if (controller.signal.aborted) return { found: `${late} within ${timeout / 1000} s`, answered };
    if (error instanceof TypeError) return { found: lost(error), answered };
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw hubError(hub, {
      expected: "leave to use the network",
      found: "none",
      todo: "run with --allow-net, or fetch it first and set HF_HUB_OFFLINE=1",
    });
  } finally {
    clearTimeout(timer);
  }
}

/** In the system's last words, without addresses: one may carry a signature. */
function lost(error: TypeError): string {
  const { message } = error.cause instanceof Error ? error.cause : error;
  const words = message.replace(/\b\w+:\/\/\S+/g, "...").replace(/ \(os error \d+\)/, "");
  return `no connection (${escaped(words.split(": ").slice(-2).join(": "))})`;
}

function busyOrRefused(hub: Hub, at: URL, { status, headers }: Response): Failure {
  if (!isBusy(status)) throw refusal(hub, at, { status, headers });
  return { found: `status ${status} of ${at.host}`, answered: true, wait: retryAfter(headers) };
}

/** Where a redirection leads: to the web, and never from https to http, where others could read it. */
function nextAddress(hub: Hub, at: URL, location: string | null): URL {
  const next = location !== null && URL.canParse(location, at.href)
    ? new URL(location, at.href)
    : undefined;
  const fine = next?.protocol === "https:" ||
    (next?.protocol === "http:" && at.protocol === "http:");
  if (next && fine) return next;
  throw hubError(hub, {
    expected: `${
      escaped(at.host)
    } to lead to another address of the web, never from https to http,`,
    found: next ? `one to ${show(next.origin)}` : "none",
    todo: "check HF_ENDPOINT",
  });
}
