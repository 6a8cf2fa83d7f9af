/**
 * Loaded by every process that runs tests: it ends with the runner that started it. Without this, a runner that is killed
 * leaves processes behind that wait for it with full load.
 */
if (process.connected === true) process.prependListener("disconnect", () => process.kill(process.pid, "SIGKILL")) // vitest forbids process.exit
