/** A character for each byte, as byte-level tokenizers write their tokens: a space is Ġ. @module */

/**
 * [256]: a printable character of Latin-1 is itself; the others have the characters from U+0100 on,
 * in their order.
 */
export const CHARACTERS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte)
  .map((byte, _, all) => {
    const prints = (b: number) => b > 32 && b < 127 || b > 160 && b !== 173;
    if (prints(byte)) return String.fromCharCode(byte);
    return String.fromCharCode(256 + all.slice(0, byte).filter((b) => !prints(b)).length);
  });
