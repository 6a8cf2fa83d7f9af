/**
 * By what two bodies are told apart.
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
