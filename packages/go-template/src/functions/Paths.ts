/**
 * Functions for paths.
 *
 * @module
 */
import type { TemplateFunction } from "../Template.js"
import * as PathText from "./PathText.js"
import { partial, text, total } from "./Signature.js"

const base = total([text], ([path]) => PathText.base(path))
const directory = total([text], ([path]) => PathText.directory(path))
const clean = total([text], ([path]) => PathText.clean(path))
const extension = total([text], ([path]) => PathText.extension(path))
const isAbsolute = total([text], ([path]) => path.startsWith("/"))
const absolute = total([text], ([path], world) => PathText.absolute(path, world.workingDirectory))

/** By name. @category constants */
export const paths: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["base", base],
  ["dir", directory],
  ["clean", clean],
  ["ext", extension],
  ["isAbs", isAbsolute],
  ["osBase", base],
  ["osDir", directory],
  ["osClean", clean],
  ["osExt", extension],
  ["osIsAbs", isAbsolute],
  ["osAbs", absolute],
  ["absPath", absolute],
  ["relPath", partial([text, text], ([from, to]) => PathText.relative(from, to))]
]
