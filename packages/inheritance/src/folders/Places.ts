/**
 * Where libraries lie in a project, and which library a path lies in.
 *
 * @module
 */

/** The folder of all libraries of a project. It keeps itself out of git. */
export const inheritFolder = (project: string): string => `${project === "/" ? "" : project}/.dev-infra/inherit`

/** The folder of one. */
export const libraryFolder = (project: string, name: string): string => `${inheritFolder(project)}/${name}`

/** A path without `.`, `..` and empty parts. */
export const normalise = (path: string): string => {
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

/** Whether a path is a folder, or lies in it. */
export const isWithin = (folder: string, path: string): boolean => path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`)

/** A path in a library. */
export interface InLibrary {
  readonly project: string
  readonly name: string
  readonly folder: string
  /** relative to the library; empty: all of it */
  readonly path: string
}

/** The library that a path lies in; undefined if it lies in none. */
export const libraryOf = (path: string): InLibrary | undefined => {
  const [, project, name, rest] = /^(.*?)\/\.dev-infra\/inherit\/([^/]+)(?:\/(.*))?$/s.exec(path) ?? []
  if (project === undefined || name === undefined) return undefined
  return { project: project === "" ? "/" : project, name, folder: libraryFolder(project === "" ? "/" : project, name), path: rest ?? "" }
}

/** By what a decision to trust a library is kept: its content may come under any name and ref. */
export const subjectOf = ({ folder, url }: { readonly folder: string; readonly url: string }): string => (folder === "" ? url : `${url}//${folder}`)
