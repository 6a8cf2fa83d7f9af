/**
 * Text that a template writes, up to a limit.
 *
 * @module
 */
import type { Emitter } from "liquidjs"

/** More was written than is allowed. @category errors */
export class OutputTooLarge extends Error {
  override readonly name = "OutputTooLarge"
}

/** How many characters may still be written, by all that share it. @category models */
export interface Allowance {
  left: number
}

/** @category constructors */
export const make = (allowance: Allowance, toParts: (value: unknown) => ReadonlyArray<string>): Emitter => {
  const emitter = {
    buffer: "",
    write: (value: unknown): void => {
      for (const text of toParts(value)) {
        allowance.left -= text.length
        if (allowance.left < 0) throw new OutputTooLarge("more text is made than is allowed")
        emitter.buffer += text
      }
    }
  }
  return emitter
}
