import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"

/** What `git merge-file` itself makes of texts (one character a byte), asked for one by one in one shell. */
export const gitMerge = (
  all: ReadonlyArray<{ readonly base: string; readonly ours: string; readonly theirs: string }>,
  labels: { readonly ours: string; readonly base: string; readonly theirs: string }
): ReadonlyArray<{ readonly text: string; readonly conflicts: number }> => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dev-infra-test-"))
  try {
    for (const [at, texts] of all.entries()) {
      for (const [side, text] of Object.entries({ base: texts.base, ours: texts.ours, theirs: texts.theirs })) fs.writeFileSync(path.join(folder, `${at}.${side}`), text, "latin1")
    }
    const script = 'n=0; while [ "$n" -lt "$1" ]; do git merge-file -q -p -L "$2" -L "$3" -L "$4" $n.ours $n.base $n.theirs >$n.out; echo $?; n=$((n+1)); done'
    const ended = execFileSync("/bin/sh", ["-c", script, "sh", String(all.length), labels.ours, labels.base, labels.theirs], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CEILING_DIRECTORIES: path.dirname(folder) }
    }).split("\n")
    return all.map((_, at) => ({ text: fs.readFileSync(path.join(folder, `${at}.out`), "latin1"), conflicts: Number(ended[at]) }))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
