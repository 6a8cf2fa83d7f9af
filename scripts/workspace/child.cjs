/*
 * Runs other programs on behalf of the workspace scripts: their exit code becomes ours, signals are passed on.
 */
"use strict"

const { spawn } = require("node:child_process")
const os = require("node:os")

/** A failure that one sentence explains; nobody wants its stack. */
class Problem extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The exit code that shells use for a process ended by `signal`. */
const exitCodeOfSignal = (signal) => 128 + (os.constants.signals[signal] ?? 0)

const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"]

/**
 * Runs a program to its end and gives its exit code. A signal that reaches us is passed on, and we wait for the program
 * to act on it. With `capture` its output is collected instead of shown.
 */
const run = (command, args, { capture = false, ...options } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: capture ? ["ignore", "pipe", "pipe"] : "inherit", ...options })
    const output = []
    let interruptedBy
    const forward = (signal) => {
      interruptedBy = signal
      // Ctrl-C on a terminal reaches the whole group: the child has it already.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal)
    }
    const stopForwarding = () => {
      for (const signal of passedOn) process.off(signal, forward)
    }
    for (const signal of passedOn) process.on(signal, forward)
    child.stdout?.on("data", (chunk) => output.push(chunk))
    child.stderr?.on("data", (chunk) => output.push(chunk))
    child.once("error", (error) => {
      stopForwarding()
      reject(new Problem(`${command} could not be started: ${error.message}`))
    })
    child.once("close", (code, signal) => {
      stopForwarding()
      const ended = signal ?? interruptedBy
      resolve({
        code: code ?? exitCodeOfSignal(signal),
        interrupted: ended === undefined || ended === null ? undefined : exitCodeOfSignal(ended),
        output: Buffer.concat(output).toString("utf8")
      })
    })
  })

/** Says what went wrong and lets the process end with the right exit code. */
const endWith = (error) => {
  process.stderr.write(`${error instanceof Problem ? error.message : (error?.stack ?? error)}\n`)
  process.exitCode = error instanceof Problem ? error.exitCode : 70
}

module.exports = { Problem, endWith, run }
