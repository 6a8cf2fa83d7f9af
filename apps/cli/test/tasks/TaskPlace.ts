/**
 * A place with Taskfiles, in which `dev-infra task` is run as a user runs it.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { app, devInfra, type Ended, makePlace, type Place, run } from "../Binary.js"

export interface TaskPlace {
  readonly place: Place
  readonly path: (...parts: ReadonlyArray<string>) => string
  /** Texts by the names of files, below the home folder. */
  readonly write: (files: { readonly [name: string]: string }) => void
  readonly task: (words: ReadonlyArray<string> | string, options?: Parameters<typeof devInfra>[2]) => Promise<Ended>
  readonly shell: (line: string, options?: Parameters<typeof devInfra>[2]) => Promise<Ended>
}

export const makeTaskPlace = (options?: Parameters<typeof makePlace>[0]): TaskPlace => {
  const place = makePlace(options)
  const path = (...parts: ReadonlyArray<string>) => join(place.home, ...parts)
  const write: TaskPlace["write"] = (files) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), text)
    }
  }
  return {
    place,
    path,
    write,
    task: (words, options) => devInfra(place, ["task", ...(typeof words === "string" ? words.split(" ").filter((word) => word !== "") : words)], options),
    shell: (line, options) => run(place, "bash", ["-c", line], options)
  }
}

/** The example of the repository, copied. */
export const copyExample = ({ path }: TaskPlace, name: string): void => cpSync(join(app, "../../examples", name), path(name), { recursive: true })
