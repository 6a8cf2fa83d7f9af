/**
 * The first file that runs. It answers `--version` by itself, refuses a Node that is too old in plain words, and starts the
 * bundle with compiled code from the last runs. No imports but Node's own, no syntax that an old Node cannot read.
 */
// Not "node:fs": an old Node does not know the prefix, and is to be told in plain words that it is too old.
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "fs"
import { dirname, isAbsolute, join } from "path"
import { Script } from "vm"

// Set by scripts/bundle.mjs.
declare const VERSION: string
declare const BUNDLE: string
// The launcher is a CommonJS file once it is built.
declare const require: (id: string) => unknown
declare const __dirname: string
declare const __filename: string

/** One compiled file of several modules; see scripts/bundle.mjs. */
type Factory = (require: (id: string) => unknown, dynamicImport: (id: string) => Promise<unknown>) => unknown

const oldest = { major: 20, minor: 19 }

const isTooOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major < oldest.major || (major === oldest.major && minor < oldest.minor)
}

/** Where compiled code is kept: a folder that only this user can write, or nothing. V8 runs what lies there, unchecked. */
const cacheFolder = (): string | undefined => {
  const environment = process.env
  if (environment["DEV_INFRA_NO_CODE_CACHE"] || process.getuid === undefined) return undefined
  const named = environment["XDG_CACHE_HOME"]
  const home = environment["HOME"]
  const base = named && isAbsolute(named) ? named : home && isAbsolute(home) ? join(home, ".cache") : undefined
  return base === undefined ? undefined : join(base, "dev-infra", `${process.version}-${process.arch}-${BUNDLE}`)
}

const isOwn = (folder: string): boolean => {
  const facts = lstatSync(folder)
  return facts.isDirectory() && facts.uid === process.getuid?.() && (facts.mode & 0o022) === 0
}

// A cache file is: how many runs it has been made of, a fingerprint of the code (four bytes each), the code. V8 looks only at
// versions and lengths, and would run what a crash of the computer has left half written.
const headerLength = 8
const enoughRuns = 3

/** A word of every 64 bytes goes in: no missing block of a disk is overlooked, and nothing has to be loaded to compute it. */
const fingerprintOf = (code: Buffer): number => {
  // Both places that code comes from begin at a multiple of eight bytes. The cache is for one machine, so its byte order is the right one.
  const words = new Int32Array(code.buffer, code.byteOffset, code.length >> 2)
  let fingerprint = code.length | 0
  for (let at = 0; at < words.length; at += 16) fingerprint = (Math.imul(fingerprint, 31) + (words[at] ?? 0)) | 0
  return fingerprint
}

interface Cached {
  readonly file: string
  readonly runs: number
  readonly code: Buffer | undefined
}

const readCache = (word: string): Cached | undefined => {
  const folder = cacheFolder()
  if (folder === undefined) return undefined
  const file = join(folder, `${word}.bin`)
  const nothing = { file, runs: 0, code: undefined }
  try {
    if (!isOwn(dirname(folder)) || !isOwn(folder)) return undefined
    const bytes = readFileSync(file)
    const code = bytes.subarray(headerLength)
    return bytes.length > headerLength && fingerprintOf(code) === bytes.readInt32LE(4) ? { file, runs: bytes.readInt32LE(0), code } : nothing
  } catch {
    return nothing
  }
}

/** A cache that cannot be written is no concern of the user's. */
const writeCache = (cached: Cached, script: Script, runs: number): void => {
  try {
    const folder = dirname(cached.file)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isOwn(dirname(folder)) || !isOwn(folder)) return
    const code = script.createCachedData()
    const header = Buffer.alloc(headerLength)
    header.writeInt32LE(runs, 0)
    header.writeInt32LE(fingerprintOf(code), 4)
    const temporary = `${cached.file}.${process.pid}`
    try {
      writeFileSync(temporary, Buffer.concat([header, code]), { mode: 0o600, flag: "wx" })
      renameSync(temporary, cached.file)
    } catch {
      rmSync(temporary, { force: true })
    }
  } catch {
    // Nothing depends on it.
  }
}

/** Caches of other versions that nobody used for a month. */
const removeOld = (folder: string): void => {
  const month = 30 * 24 * 60 * 60 * 1000
  try {
    for (const name of readdirSync(dirname(folder))) {
      const other = join(dirname(folder), name)
      if (other !== folder && Date.now() - lstatSync(other).mtimeMs > month) rmSync(other, { recursive: true, force: true })
    }
  } catch {
    // The next run tries again.
  }
}

/**
 * V8 compiles a function again, in the best way it knows, once it has run through so many bytes of its code. In a program that
 * ends after a tenth of a second that costs more than it gives, so only what runs much longer is worth it. The flag is one of
 * the Node versions named here; others would complain.
 */
const optimizeLater = (): void => {
  const major = Number(process.versions.node.split(".")[0])
  if (major < 20 || major > 24) return
  // Only here: it takes a millisecond to load, which `--version` does not need to wait for. The shape is that of Node's own module.
  const { setFlagsFromString } = require("v8") as { readonly setFlagsFromString: (flags: string) => void }
  setFlagsFromString("--interrupt-budget=2000000")
}

/** What nothing else caught. */
const reportDefect = (error: unknown): void => {
  const debug = process.argv.some((word, at) => word === "--log-level=debug" || (word === "debug" && process.argv[at - 1] === "--log-level"))
  const told = error instanceof Error ? (debug ? error.stack : error.message) : String(error)
  const hint = debug ? "please report it with what stands above" : "run it again with --log-level debug to see more, and please report it"
  process.stderr.write(`error: this is a defect of dev-infra: ${told}\nhint: ${hint}\n`)
  process.exit(70)
}

const start = (): void => {
  process.on("uncaughtException", reportDefect)
  const file = join(__dirname, `bundle-${BUNDLE}.cjs`)
  // Before anything is compiled: compiled code is kept together with a number that stands for all flags.
  optimizeLater()
  const first = process.argv[2] ?? ""
  const cached = readCache(/^[a-z_]{1,20}$/.test(first) ? first : "other")
  const script = new Script(readFileSync(file, "latin1"), { filename: file, cachedData: cached?.code })
  const rejected = cached?.code === undefined || script.cachedDataRejected === true
  // Functions are compiled when they are first called, so the first runs add to what is kept.
  const runs = rejected ? 0 : cached.runs
  if (cached !== undefined && runs < enoughRuns) {
    process.once("exit", () => {
      writeCache(cached, script, runs + 1)
      if (runs === 0) removeOld(dirname(cached.file))
    })
  }
  const factories: { readonly [id: string]: Factory } = script.runInThisContext()
  const modules: { [id: string]: unknown } = {}
  const load = (id: string): unknown => {
    const factory = factories[id]
    if (factory === undefined) return require(id)
    return (modules[id] ??= factory(load, loadLater))
  }
  const loadLater = (id: string): Promise<unknown> => Promise.resolve(id).then(load)
  // The shape of src/main.ts, which is built together with this file.
  const entry = load("./main.js") as { readonly main: (start: { readonly program: string; readonly folder: string; readonly version: string; readonly cacheFolder: string | undefined }) => void }
  const folder = cacheFolder()
  const isUsable = folder !== undefined && cached !== undefined
  entry.main({ program: process.argv[1] ?? __filename, folder: __dirname, version: VERSION, cacheFolder: isUsable ? folder : undefined })
}

/** Answer from what was kept of the same question, if nothing that it depends on has changed since; see src/recall.ts. */
const isAnswered = (): boolean => {
  if (process.argv[2] !== "task" || !process.argv.slice(3).some((word) => /^-(?:-list|-json|-silent|[lajs]+$)/.test(word))) return false
  const folder = cacheFolder()
  try {
    if (folder === undefined || !isOwn(dirname(folder)) || !isOwn(folder)) return false
    // The shape of src/recall.ts, which is built together with this file.
    const { answer } = require(join(__dirname, "recall.cjs")) as { readonly answer: (folder: string, words: ReadonlyArray<string>) => boolean }
    return answer(folder, process.argv.slice(3))
  } catch {
    return false
  }
}

if (isTooOld(process.versions.node)) {
  process.stderr.write(`error: dev-infra needs Node ${oldest.major}.${oldest.minor} or newer; this is ${process.versions.node}.\n`)
  process.exitCode = 1
} else if (process.argv.length === 3 && /^(--version|-v|-V)$/.test(process.argv[2] ?? "")) {
  writeSync(1, `${VERSION}\n`)
} else if (!isAnswered()) start()
