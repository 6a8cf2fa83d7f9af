/**
 * Measuring programs side by side: every round runs each program once, in turn, so that a machine that slows down or speeds
 * up does so for all of them. Times are wall-clock milliseconds of the whole process.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { cpus, release, totalmem } from "node:os"
import { delimiter, join } from "node:path"
import { performance } from "node:perf_hooks"

/** Whether a program is on the PATH. */
export const isInstalled = (program) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)))

const median = (numbers) => {
  const sorted = numbers.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const runOnce = ({ command, env, cwd, input, before }) => {
  before?.()
  const [program, ...args] = command
  const start = performance.now()
  const result = spawnSync(program, args, {
    env: { ...process.env, ...env },
    cwd,
    input,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    maxBuffer: 1 << 30
  })
  const millis = performance.now() - start
  return { millis, status: result.status, stdout: result.stdout, stderr: result.stderr, error: result.error }
}

/**
 * Run every program `rounds` times, round-robin, after `warmUp` rounds that do not count.
 *
 * @param programs `{ name, command: [program, …args], env?, cwd?, input?, before?, status? }`; `status` is the exit code that is
 *   right (0 by default); a program that is not installed is left out and named.
 * @returns for each program: name, median, least and greatest milliseconds
 */
export const compare = (programs, { rounds = 9, warmUp = 2 } = {}) => {
  const missing = programs.filter(({ command: [program] }) => !program.includes("/") && !isInstalled(program))
  const present = programs.filter((program) => !missing.includes(program))
  const times = new Map(present.map((program) => [program, []]))
  for (let round = -warmUp; round < rounds; round++) {
    for (const program of present) {
      const { millis, status, stderr, error } = runOnce(program)
      if (error !== undefined || status !== (program.status ?? 0)) {
        throw new Error(`${program.name} ended with ${status}: ${error ?? stderr.toString().slice(0, 500)}`)
      }
      if (round >= 0) times.get(program).push(millis)
    }
  }
  return {
    rows: present.map((program) => {
      const all = times.get(program)
      return { name: program.name, median: median(all), least: Math.min(...all), greatest: Math.max(...all) }
    }),
    missing: missing.map(({ name }) => name)
  }
}

/** The greatest memory of a program in MiB (its largest single process), the median of some runs; needs `python3`. */
export const peakMemory = ({ command, env, cwd }, rounds = 5) => {
  const script =
    "import resource,subprocess,sys\n" +
    "subprocess.run(sys.argv[1:],stdin=subprocess.DEVNULL,stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL)\n" +
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
  const readings = Array.from({ length: rounds }, () => {
    const result = spawnSync("python3", ["-c", script, ...command], { env: { ...process.env, ...env }, cwd, encoding: "utf8" })
    return Number(result.stdout.trim()) / 1024
  })
  return median(readings)
}

const figure = (millis) => (millis < 100 ? millis.toFixed(1) : Math.round(millis).toString())

/** Print a table of rows with the ratio of each to the row called `reference`. */
export const printTable = (title, { rows, missing }, reference) => {
  const base = rows.find((row) => row.name === reference)?.median
  console.log(`\n${title}`)
  const width = Math.max(...rows.map((row) => row.name.length))
  for (const row of rows) {
    const ratio = base === undefined ? "" : `${(row.median / base).toFixed(2)} x`
    console.log(`  ${row.name.padEnd(width)}  ${figure(row.median).padStart(8)} ms  ${`${figure(row.least)}-${figure(row.greatest)}`.padStart(13)}  ${ratio.padStart(8)}`)
  }
  if (missing.length > 0) console.log(`  not installed here: ${missing.join(", ")}`)
}

/** Print whether a promised ratio is kept: `measured` beside `promised`, both as factors. */
export const printGoal = (what, measured, promised, unit = "x") => {
  const verdict = measured <= promised ? "kept" : "MISSED"
  console.log(`  goal: ${what}: ${measured.toFixed(2)} ${unit}, promised at most ${promised} ${unit}: ${verdict}`)
  return measured <= promised
}

/** The median of one row. */
export const medianOf = ({ rows }, name) => {
  const row = rows.find((one) => one.name === name)
  if (row === undefined) throw new Error(`no row ${name}`)
  return row.median
}

/** One line that names the machine. */
export const machine = () =>
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, Node ${process.version}`
