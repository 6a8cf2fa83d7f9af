/**
 * What the status script prints, read as it comes.
 *
 * For each checkout: the fields of `git status --porcelain=v2 --branch -z` (git-status(1), "Porcelain Format Version 2"), then
 * two NUL characters and the field `= OUTCOME`; after `= failed` and `= nogit` comes one more field, what was said. No file name can be
 * taken for that field: every field of git's begins with `# `, `1 `, `2 `, `u `, `? ` or `! `, and the only one that does not,
 * the old name after a `2 `, is counted off. The two NULs end a field that git did not finish.
 *
 * @module
 */

/** The counts of one checkout as git gave them. @category models */
export interface StatusFields {
  branch: string | undefined
  commit: string | undefined
  /** undefined also if the branch follows one that is gone, which git names without counting what is ahead of it */
  upstream: string | undefined
  committedAt: number | undefined
  ahead: number
  behind: number
  modified: number
  untracked: number
  conflicted: number
  stashes: number
}

/** How the script fared with one checkout. @category models */
export type StatusRecord =
  | { readonly _tag: "Status"; readonly fields: Readonly<StatusFields> }
  | { readonly _tag: "Missing" }
  | { readonly _tag: "NoGit"; readonly message: string }
  /** `hasGit`: the folder has a `.git`; `message`: what git said */
  | { readonly _tag: "Failed"; readonly hasGit: boolean; readonly message: string }

const noFields = (): StatusFields => ({
  branch: undefined,
  commit: undefined,
  upstream: undefined,
  committedAt: undefined,
  ahead: 0,
  behind: 0,
  modified: 0,
  untracked: 0,
  conflicted: 0,
  stashes: 0
})

const count = (text: string): number => {
  const value = Number.parseInt(text, 10)
  return Number.isSafeInteger(value) ? Math.abs(value) : 0
}

const readHeader = (fields: StatusFields, header: string): void => {
  const space = header.indexOf(" ")
  const value = header.slice(space + 1)
  switch (header.slice(0, space)) {
    case "branch.oid":
      fields.commit = /^[0-9a-f]+$/.test(value) ? value : undefined
      break
    case "branch.head":
      fields.branch = value === "(detached)" || value === "" ? undefined : value
      break
    case "branch.upstream":
      fields.upstream = value === "" ? undefined : value
      break
    case "branch.ab": {
      const [ahead = "", behind = ""] = value.split(" ")
      fields.ahead = count(ahead)
      fields.behind = count(behind)
      break
    }
    case "stash":
      fields.stashes = count(value)
      break
    case "committed":
      fields.committedAt = /^[0-9]+/.test(value) ? count(value) : undefined
      break
  }
}

/** @category models */
export interface OutputReader {
  /** Takes the next bytes; gives the records that are complete with them. */
  readonly read: (bytes: Uint8Array) => ReadonlyArray<StatusRecord>
}

/**
 * A reader for the output of one run of the script.
 *
 * @category constructors
 */
export const make = (): OutputReader => {
  const decoder = new TextDecoder()
  let rest = ""
  let fields = noFields()
  let oldName = false
  let isCompared = false
  let failed: ((message: string) => StatusRecord) | undefined

  const readField = (field: string): StatusRecord | undefined => {
    if (failed !== undefined) {
      const record = failed(field)
      failed = undefined
      return record
    }
    if (oldName) {
      oldName = false
      return undefined
    }
    switch (field[0]) {
      case "#":
        if (field.startsWith("# branch.ab ")) isCompared = true
        readHeader(fields, field.slice(2))
        return undefined
      case "1":
        fields.modified += 1
        return undefined
      case "2":
        fields.modified += 1
        oldName = true
        return undefined
      case "u":
        fields.conflicted += 1
        return undefined
      case "?":
        fields.untracked += 1
        return undefined
      case "=": {
        const status = isCompared || fields.commit === undefined ? fields : { ...fields, upstream: undefined }
        fields = noFields()
        isCompared = false
        if (field === "= done") return { _tag: "Status", fields: status }
        if (field === "= missing") return { _tag: "Missing" }
        if (field === "= nogit") failed = (message) => ({ _tag: "NoGit", message })
        else failed = (message) => ({ _tag: "Failed", hasGit: field === "= failed git", message })
        return undefined
      }
      default:
        return undefined
    }
  }

  return {
    read: (bytes) => {
      const records: Array<StatusRecord> = []
      const text = rest + decoder.decode(bytes, { stream: true })
      let start = 0
      for (let end = text.indexOf("\0"); end >= 0; end = text.indexOf("\0", start)) {
        const record = readField(text.slice(start, end))
        if (record !== undefined) records.push(record)
        start = end + 1
      }
      rest = text.slice(start)
      return records
    }
  }
}
