/**
 * What functions of templates may know of the world. Nothing else reaches them: a template reads no file and starts nothing.
 *
 * @module
 */

/** @category models */
export interface TemplateWorld {
  /** for `env` and `expandenv` */
  readonly environment: { readonly [name: string]: string | undefined }
  /** milliseconds since 1970, for `now` */
  readonly now: number
  /** a name of the IANA database, in which `date` shows moments */
  readonly zone: string
  /** as Go names it: `linux`, `darwin`, `windows` */
  readonly os: string
  /** as Go names it: `amd64`, `arm64` */
  readonly arch: string
  readonly cpus: number
  /** absolute; relative paths of `absPath` count from here */
  readonly workingDirectory: string
  /** from 0 up to, not with, 1; for `randInt`, `uuid`, `shuffle` and their like */
  readonly random: () => number
}
