/**
 * What is said to a lane: a bash that does nothing but start other ones. Starting a program from a small process takes a fraction of what it takes from a large one, which has to
 * be copied first.
 *
 * @module
 */
import type { ShellScript, ShellStreams } from "../Shell.js"

/**
 * The program of a lane. It reads requests from descriptor 3, each ended by a zero byte, and answers on 4: `pN` with the process that it started, `sN` with its exit status. 9 is what
 * scripts write errors to, for what a lane itself has to say about its jobs is of no interest. Job control gives each script a process group of its own. `R` takes the arguments of
 * the shell, which is `$0`; `S` waits for its end, also if it is stopped for a while.
 */
const program = [
  "set -m",
  "shopt -u checkwinsize",
  "unset OLDPWD",
  "exec 9>&2 2>/dev/null",
  "P() { printf 'p%d\\n' \"$BASHPID\" >&4; }",
  "D() { cd -- \"$1\" || exit; unset OLDPWD; }",
  "R() { exec \"$0\" \"$@\" 2>&9 3<&- 4>&- 9>&-; }",
  // wait also ends, with 145 to 151, when a script is stopped: then it is looked at from time to time, for nothing comes on 3 meanwhile
  "S() { wait \"$!\"; status=$?; while [[ $status == 14[5-9] || $status == 15[01] ]]; do if kill -0 \"$!\"; then read -r -t 0.02 -u 3 request; wait \"$!\"; status=$?; else wait \"$!\"; request=$?; [[ $request == 127 ]] || status=$request; break; fi; done; printf 's%d\\n' \"$status\" >&4; }",
  "printf 'v%d\\n' \"${BASH_VERSINFO[0]}\" >&4",
  "while IFS= read -r -d '' -u 3 request; do eval \"$request\"; done"
].join("\n")

/** What a lane is: where it stands, and what its scripts get if nothing else is said. @category models */
export interface LanePlace {
  readonly environment: ShellScript["environment"]
  readonly directory: string
}

/** The program of a lane. Every bash counts how deep it is, and here one more lies between. @category constructors */
export const programOf = ({ environment }: LanePlace): string => `${levelOf(environment)}\n${program}`

/** What lanes need of bash was tried from this version on. `wait -f` is not used: where a script was stopped meanwhile, it may never end. */
export const oldest = 5

/** A request is read byte by byte, so a long one is slower than starting the script oneself. */
const longest = 8192

/** Names that mean something to bash itself, or that no shell can say. */
const special = /^(?:BASH.*|SHELLOPTS|POSIXLY_CORRECT|ENV|IFS|TMOUT|[E]?UID|PPID|GROUPS|DIRSTACK|FUNCNAME|LINENO|S?RANDOM|SECONDS|EPOCH\w+|HISTCMD|OPT(?:IND|ERR|ARG)|PIPESTATUS|COMP\w*|COPROC|REPLY|MAPFILE|request|status)$|[^A-Za-z0-9_]|^[0-9]|^$/

/** Variables that `cd` and every bash set anew. */
const own = new Set(["PWD", "OLDPWD", "_"])

const known = new WeakMap<ShellScript["environment"], boolean>()

/** Whether a shell can hand an environment on unchanged. @category combinators */
export const canHandOn = (environment: ShellScript["environment"]): boolean => {
  const before = known.get(environment)
  if (before !== undefined) return before
  const can = !Object.keys(environment).some((name) => special.test(name))
  known.set(environment, can)
  return can
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const exported = (base: ShellScript["environment"], wanted: ShellScript["environment"]): string => {
  if (base === wanted) return ""
  let text = ""
  for (const name of Object.keys(base)) if (!Object.hasOwn(wanted, name) && !own.has(name)) text += `unset ${name}; `
  for (const [name, value] of Object.entries(wanted)) {
    if (base[name] !== value && !own.has(name)) text += `export ${name}=${quoted(value)}; `
  }
  return text
}

const levelOf = ({ SHLVL: level }: ShellScript["environment"]): string => (level === undefined ? "unset SHLVL" : `export SHLVL=${quoted(level)}`)

const redirected = ({ stderr, stdin, stdout }: ShellStreams): string =>
  (stdin === "inherit" ? "" : " 0</dev/null") + (stdout === "inherit" ? "" : " 1>/dev/null") + (stderr === "inherit" ? "" : " 9>/dev/null")

/** The text of a request; undefined if it is too long, or cannot be said. @category constructors */
export const make = (place: LanePlace, script: ShellScript, words: ReadonlyArray<string>, streams: ShellStreams): string | undefined => {
  const { directory, environment } = script
  if (script.script.length > longest || !canHandOn(environment)) return undefined
  const moved = directory === place.directory ? "" : `D ${quoted(directory)}; `
  const last = environment["OLDPWD"] === undefined ? "" : `export OLDPWD=${quoted(environment["OLDPWD"])}; `
  const request = `(P; ${moved}${exported(place.environment, environment)}${last}R ${words.map(quoted).join(" ")}${redirected(streams)})& S`
  return request.length > longest || request.includes("\0") ? undefined : `${request}\0`
}
