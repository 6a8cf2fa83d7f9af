/**
 * How the process ends.
 *
 * @module
 */

/** What an exit code says: one of those below, or for `dev-infra task` what `task` says by it. @category models */
export type ExitCode = number

/** All was done. @category codes */
export const done: ExitCode = 0
/** The work failed, or something was refused: the fault lies with disk, registry or network. @category codes */
export const failed: ExitCode = 1
/** The command line alone is wrong. @category codes */
export const usage: ExitCode = 2
/** A defect of this program; the number is EX_SOFTWARE of sysexits.h. @category codes */
export const defect: ExitCode = 70
/** Ctrl-C: 128 and the number of SIGINT. @category codes */
export const interrupted: ExitCode = 130
/** The terminal was closed: 128 and the number of SIGHUP. @category codes */
export const hungUp: ExitCode = 129
/** The process was told to end: 128 and the number of SIGTERM. @category codes */
export const terminated: ExitCode = 143
