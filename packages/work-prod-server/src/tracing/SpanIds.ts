/**
 * The names of traces and spans.
 *
 * @module
 */
import { randomBytes } from "node:crypto"

/** @category constructors */
export const traceId = (): string => randomBytes(16).toString("hex")

/** @category constructors */
export const spanId = (): string => randomBytes(8).toString("hex")
