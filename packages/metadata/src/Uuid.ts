/**
 * UUIDs, random and derived. The only module of this package that uses `node:crypto`.
 *
 * @module
 */
import { createHash, randomUUID } from "node:crypto"

/** A random UUID (version 4) from the system's secure generator, in lower case. */
export const random = (): string => randomUUID()

/**
 * The UUID of version 5 (RFC 9562 section 5.5: SHA-1 of namespace and name): the same two inputs always give the same one.
 *
 * @param namespace a UUID in lower case
 * @param name any text; hashed as UTF-8
 */
export const derived = (namespace: string, name: string): string => {
  const digest = createHash("sha1").update(Buffer.from(namespace.replaceAll("-", ""), "hex")).update(name, "utf8").digest()
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = digest.toString("hex", 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
