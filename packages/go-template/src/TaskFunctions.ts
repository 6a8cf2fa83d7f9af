/**
 * The functions that Taskfiles have besides those of Go's templates: those of slim-sprig, and Task's own.
 *
 * @module
 */
import { checksums } from "./functions/Checksums.js"
import { dates } from "./functions/Dates.js"
import { defaults } from "./functions/Defaults.js"
import { encodings } from "./functions/Encodings.js"
import { lists } from "./functions/Lists.js"
import { machine } from "./functions/Machine.js"
import { maps } from "./functions/Maps.js"
import { numbers } from "./functions/Numbers.js"
import { paths } from "./functions/Paths.js"
import { regexes } from "./functions/Regexes.js"
import { texts } from "./functions/Texts.js"
import { urls } from "./functions/Urls.js"
import type { FunctionTable, TemplateFunction } from "./Template.js"

/** By name. None of them reads a file, starts a process or asks the network. @category constants */
export const taskFunctions: FunctionTable = new Map<string, TemplateFunction>([
  ...texts,
  ...numbers,
  ...defaults,
  ...lists,
  ...maps,
  ...dates,
  ...encodings,
  ...checksums,
  ...regexes,
  ...paths,
  ...urls,
  ...machine
])
