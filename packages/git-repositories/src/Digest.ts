/**
 * Hashes of files and texts. The only module of this package that uses `node:crypto`.
 *
 * @module
 */
import { createHash } from "node:crypto"
import type { FileMode } from "./FileTree.js"

/**
 * The SHA-256 of all parts one after the other, as 64 hexadecimal digits. Texts count as UTF-8.
 *
 * @category hashing
 */
export const sha256 = (...parts: ReadonlyArray<Uint8Array | string>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest("hex")
}

/**
 * What a plan says of a file that is there: `sha256:…` over its mode and its content.
 *
 * @example
 * ```ts
 * import * as Digest from "@dev-infra/git-repositories/Digest"
 *
 * export const known = Digest.ofFile({ mode: "executable", content: new TextEncoder().encode("#!/bin/sh\n") })
 * ```
 * @category hashing
 */
export const ofFile = (file: { readonly mode: FileMode; readonly content: Uint8Array }): string => `sha256:${sha256(`${file.mode}\0`, file.content)}`

/**
 * What git calls an object: the hash over its kind, its length and its content, in hexadecimal.
 *
 * @category hashing
 */
export const ofObject = (kind: "blob" | "tree", content: Uint8Array, algorithm: "sha1" | "sha256"): string =>
  createHash(algorithm).update(`${kind} ${content.length}\0`).update(content).digest("hex")
