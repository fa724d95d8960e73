/**
 * What the hub's functions take and give.
 * @module
 */
import type { HubEnvironment } from "./environment.ts";

/** Which kind of repository: the hub keeps them apart, under one name there may be both. */
export type HubKind = "model" | "dataset";

/** A repository of the hub, or a file or folder in it, at a revision. */
export type HubSource = {
  kind: HubKind;
  /** OWNER/NAME; the oldest repositories have a NAME alone. */
  repo: string;
  /** A branch, a tag or a commit; "main" where the text names none. */
  revision: string;
  /** A file, or a folder of files, by its path in the repository. */
  file?: string;
};

/**
 * Bytes of all asked files that are there, and how many there will be. `about`: of files that are
 * read in pieces, bytes that came and an estimate of how many will.
 */
export type HubProgress = { file: string; done: number; total: number; about?: true };

/** What every question to the hub takes. */
export type HubOptions = {
  /** Hears in a sentence what took another way: a retry, a cache in place of a hub out of reach. */
  onNote?: (text: string) => void;
  /** Where the hub and the cache are; by default what the environment says. */
  environment?: HubEnvironment;
  /** In place of the global one. */
  fetch?: typeof fetch;
  /** Waits so many milliseconds before another try. */
  pause?: (milliseconds: number) => Promise<void>;
};

/** Which files of a commit are fetched, and who hears of it. */
export type FetchOptions = HubOptions & {
  /** Which files; `all` are the paths of the commit. By default every file, or those of `source.file`. */
  files?: (path: string, all: readonly string[]) => boolean;
  /** Hears how far the download is. Not called where everything is there already. */
  onProgress?: (progress: HubProgress) => void;
};

/** Files of one commit on this disk. */
export type Fetched = {
  /** `snapshots/<commit>` in the cache. */
  folder: string;
  /** 40 hexadecimal digits. */
  commit: string;
  /** Their paths in the folder, sorted, with / between folders. */
  files: string[];
};

/** The files of a commit: sizes in bytes, and the hash that names them. */
export type HubList = { commit: string; files: { path: string; size: number; etag: string }[] };

/** A file of the hub that is read in pieces. */
export type HubFile = {
  /** Where it lies on the hub, at its commit. */
  url: string;
  /** In bytes. */
  size: number;
  commit: string;
  /** SHA-256 of a large file, or git's SHA-1 of a small one: what names these bytes. */
  etag: string;
  /** Bytes `start` to `end` (exclusive), in full; from the cache where the file lies there. */
  read: (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;
};

/** What a user named, on this disk. */
export type Local = {
  /** What was named: a folder, or the file or folder in it. */
  path: string;
  /** The path as it was given, or `snapshots/<commit>`. */
  folder: string;
  /** Where it comes from, pinned to a commit; none for a path. */
  from?: HubSource & { commit: string };
};
