/**
 * Does an adapter answer that can do the work? For scripts/run.sh, which sets the backend.
 *
 *   DENO_WEBGPU_BACKEND=vulkan deno run --no-config scripts/probe_adapter.ts
 *
 * Prints the adapter's name and exits 0; exits 1 without a word where none answers.
 */
const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
if (!adapter) Deno.exit(1);
console.log(adapter.info.description || adapter.info.vendor || "an adapter without a name");
