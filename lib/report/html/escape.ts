/** Texts of others in a page. @module */
import { visible } from "../../io/visible.ts";

/**
 * Whatever a text holds, it is read as characters: no markup, nothing that hides or turns others
 * around.
 */
export function escapeHtml(text: string): string {
  return visible(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
