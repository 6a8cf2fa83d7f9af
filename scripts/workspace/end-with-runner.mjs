/**
 * Loaded before every file of tests: the process that runs them ends with the runner that started it. Without this, a runner
 * that is killed leaves processes behind that wait for it with full load.
 */
const mark = Symbol.for("dev-infra tests end with their runner")

if (process.connected === true && globalThis[mark] === undefined) {
  globalThis[mark] = true // one process runs many files
  // vitest forbids process.exit in tests
  process.prependListener("disconnect", () => process.kill(process.pid, "SIGKILL"))
}
