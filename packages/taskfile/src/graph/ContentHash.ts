/**
 * SHA-256.
 *
 * @module
 */
import { createHash } from "node:crypto"

/** In hexadecimal; lengths go in too, so that texts cannot run into each other. */
export const hashOfTexts = (texts: Iterable<string>): string => {
  const hash = createHash("sha256")
  for (const text of texts) hash.update(`${text.length}\n`).update(text, "utf8")
  return hash.digest("hex")
}

/** Of one text as it is in its file. */
export const hashOfText = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex")
