/*
 * Copies of this checkout that tests of the checks may spoil.
 */
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The checkout that is tested. */
export const root = fileURLToPath(new URL("../../", import.meta.url))

/** A folder that looks like a checkout. */
export interface Checkout {
  readonly folder: string
  readonly read: (file: string) => string
  readonly write: (file: string, text: string) => void
  readonly remove: () => void
}

/** A checkout of nothing but what is installed. */
export const emptyCheckout = (): Checkout => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dev-infra-checkout-")))
  for (const name of [".oxlintrc.json", "package.json", "tsconfig.base.json"]) cpSync(join(root, name), join(folder, name))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return {
    folder,
    read: (file) => readFileSync(join(folder, file), "utf8"),
    write: (file, text) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/** A copy of all sources, without what is built. */
export const copyCheckout = (): Checkout => {
  const checkout = emptyCheckout()
  for (const group of ["packages", "apps"]) {
    for (const name of readdirSync(join(root, group))) {
      for (const part of ["package.json", "src"]) cpSync(join(root, group, name, part), join(checkout.folder, group, name, part), { recursive: true })
    }
  }
  return checkout
}

/** Runs Node and gives whether it ended well and all it said. */
export const runNode = (args: ReadonlyArray<string>, cwd: string): Promise<{ readonly ok: boolean; readonly output: string }> =>
  new Promise((done) => {
    execFile(process.execPath, args, { cwd, encoding: "utf8" }, (error, stdout, stderr) => done({ ok: error === null, output: stdout + stderr }))
  })
