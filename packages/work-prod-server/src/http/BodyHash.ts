/**
 * Hashes of what is sent and received.
 *
 * @module
 */
import { createHash } from "node:crypto"

/**
 * The SHA-256 of bytes as hexadecimal text.
 *
 * @category conversions
 */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/**
 * The SHA-256 of a text in UTF-8, in base64.
 *
 * @category conversions
 */
export const sha256Base64 = (text: string): string => createHash("sha256").update(text, "utf8").digest("base64")
