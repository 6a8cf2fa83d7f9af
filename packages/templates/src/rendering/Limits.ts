/**
 * How much a template may take, so that one that is hostile or broken cannot take time, memory or disk without end.
 *
 * @module
 */

/** @category models */
export interface Limits {
  /** for everything that is rendered in one go */
  readonly milliseconds: number
  /** characters of one text before it is rendered */
  readonly templateLength: number
  /** characters that one text gives */
  readonly fileLength: number
  /** characters that all texts together give */
  readonly outputLength: number
  /** what LiquidJS counts: characters of texts and entries of lists that are made while one text is rendered */
  readonly memoryUnits: number
  /** files of one template */
  readonly files: number
  /** bytes of all files together, rendered and copied */
  readonly bytes: number
}

/** @category constants */
export const usual: Limits = {
  milliseconds: 15_000,
  templateLength: 1024 * 1024,
  fileLength: 8 * 1024 * 1024,
  outputLength: 32 * 1024 * 1024,
  memoryUnits: 8 * 1024 * 1024,
  files: 20_000,
  bytes: 256 * 1024 * 1024
}
