/**
 * Sums of texts.
 *
 * @module
 */
import { createHash } from "node:crypto"
import type { TemplateFunction } from "../Template.js"
import { text, total } from "./Signature.js"

const encoder = new TextEncoder()

const adler32 = (value: string): string => {
  let low = 1
  let high = 0
  for (const byte of encoder.encode(value)) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return String(high * 65_536 + low)
}

const hash = (algorithm: string): TemplateFunction => total([text], ([value]) => createHash(algorithm).update(value, "utf8").digest("hex"))

/** By name. @category constants */
export const checksums: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["sha1sum", hash("sha1")],
  ["sha256sum", hash("sha256")],
  ["adler32sum", total([text], ([value]) => adler32(value))]
]
