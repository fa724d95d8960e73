/**
 * Loaded before tests that run on Dawn: what it has promised has to come before a test file ends,
 * or the process is aborted with the files that are still to come.
 * @module
 */
Deno.test.afterAll(() => new Promise<void>((done) => setTimeout(done, 100)));
