/**
 * What the linter cannot say about imports: packages reach the outside world only in named files, promises are run only at
 * entry points, and the dependencies in package.json follow the arrows of docs/architecture.md.
 *
 * `--root FOLDER` checks another checkout (the test of this script does).
 */
import { parseSync } from "oxc-parser"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

/** What each package may depend on, of this workspace. */
const arrows = {
  "@dev-infra/durable-files": [],
  "@dev-infra/metadata": ["@dev-infra/durable-files"],
  "@dev-infra/registry": ["@dev-infra/durable-files", "@dev-infra/metadata"],
  "@dev-infra/git-repositories": ["@dev-infra/durable-files", "@dev-infra/metadata", "@dev-infra/registry"],
  "@dev-infra/templates": ["@dev-infra/durable-files", "@dev-infra/git-repositories", "@dev-infra/metadata", "@dev-infra/registry"],
  "@dev-infra/go-template": [],
  "@dev-infra/taskfile": ["@dev-infra/go-template"],
  "@dev-infra/task-runner": ["@dev-infra/durable-files", "@dev-infra/go-template", "@dev-infra/taskfile"],
  "@dev-infra/inheritance": ["@dev-infra/durable-files", "@dev-infra/git-repositories", "@dev-infra/go-template", "@dev-infra/metadata", "@dev-infra/registry", "@dev-infra/taskfile"],
  "@dev-infra/work-prod-api": ["@dev-infra/metadata"],
  "@dev-infra/work-prod-client": ["@dev-infra/work-prod-api"],
  "@dev-infra/work-prod-server": ["@dev-infra/durable-files", "@dev-infra/work-prod-api"],
  "@dev-infra/sync": ["@dev-infra/durable-files", "@dev-infra/metadata", "@dev-infra/registry"],
  "@dev-infra/sync-work-prod": ["@dev-infra/durable-files", "@dev-infra/metadata", "@dev-infra/registry", "@dev-infra/sync", "@dev-infra/work-prod-api", "@dev-infra/work-prod-client"],
  "dev-infra": [
    "@dev-infra/durable-files",
    "@dev-infra/git-repositories",
    "@dev-infra/go-template",
    "@dev-infra/inheritance",
    "@dev-infra/metadata",
    "@dev-infra/registry",
    "@dev-infra/task-runner",
    "@dev-infra/taskfile",
    "@dev-infra/sync",
    "@dev-infra/sync-work-prod",
    "@dev-infra/templates",
    "@dev-infra/work-prod-api",
    "@dev-infra/work-prod-client",
    "@dev-infra/work-prod-server"
  ],
  "work-prod": ["@dev-infra/durable-files", "@dev-infra/metadata", "@dev-infra/registry", "@dev-infra/work-prod-api", "@dev-infra/work-prod-server"]
}

/** The live sides of ports, and the promise facade: the only files of packages that may import `node:*`, with the modules that each may. */
const ports = {
  "packages/durable-files/src/DurableFile.ts": ["node:buffer"],
  "packages/durable-files/src/LocalFiles.ts": ["node:fs"],
  "packages/durable-files/src/LocalProcess.ts": ["node:child_process", "node:fs", "node:os", "node:process"],
  "packages/inheritance/src/folders/LibraryFolder.ts": ["node:crypto", "node:fs"],
  "packages/go-template/src/functions/Checksums.ts": ["node:crypto"],
  "packages/inheritance/src/GitHistoryFiles.ts": ["node:fs"],
  "packages/metadata/src/Uuid.ts": ["node:crypto"],
  "packages/registry/src/CommitTimes.ts": ["node:fs", "node:zlib"],
  "packages/registry/src/DirectoryReader.ts": ["node:fs"],
  "packages/registry/src/Machine.ts": ["node:crypto"],
  "packages/registry/src/promise.ts": ["node:os"],
  "packages/sync/src/EntryNames.ts": ["node:crypto"],
  "packages/sync-work-prod/src/promise.ts": ["node:os"],
  "packages/git-repositories/src/Digest.ts": ["node:crypto"],
  "packages/task-runner/src/FleetRunJournalFile.ts": ["node:fs"],
  "packages/task-runner/src/FileWatchLive.ts": ["node:fs", "node:process"],
  "packages/task-runner/src/FingerprintsLive.ts": ["node:process"],
  "packages/task-runner/src/ShellLive.ts": ["node:child_process", "node:fs", "node:net", "node:os", "node:process", "node:tty"],
  "packages/task-runner/src/TaskOutputLive.ts": ["node:fs", "node:os", "node:process"],
  "packages/task-runner/src/fingerprints/LocalView.ts": ["node:fs", "node:process"],
  "packages/task-runner/src/shell/Lanes.ts": ["node:child_process", "node:os", "node:stream"],
  "packages/task-runner/src/shell/ProcessGroup.ts": ["node:child_process", "node:fs", "node:process"],
  "packages/templates/src/folders/LocalFolders.ts": ["node:fs"],
  "packages/templates/src/ProjectFolder.ts": ["node:fs"],
  "packages/templates/src/creation/FolderWriter.ts": ["node:fs"],
  "packages/templates/src/rendering/TimeLimit.ts": ["node:vm"],
  "packages/taskfile/src/LocalTaskfiles.ts": ["node:fs"],
  "packages/taskfile/src/graph/ContentHash.ts": ["node:crypto"],
  "packages/work-prod-client/src/NodeWorkProd.ts": ["node:tls"],
  "packages/work-prod-client/src/http/DirectConnections.ts": ["node:http", "node:https", "node:stream"],
  "packages/work-prod-server/src/RandomValues.ts": ["node:crypto"],
  "packages/work-prod-server/src/backup/Gzip.ts": ["node:zlib"],
  "packages/work-prod-server/src/database/DatabaseFile.ts": ["node:fs", "node:os", "node:path"],
  "packages/work-prod-server/src/http/BodyHash.ts": ["node:crypto"],
  "packages/work-prod-server/src/http/EventStream.ts": ["node:http"],
  "packages/work-prod-server/src/http/NodeAnswer.ts": ["node:buffer", "node:http", "node:stream", "node:zlib"],
  "packages/work-prod-server/src/http/NodeDrain.ts": ["node:http", "node:stream"],
  "packages/work-prod-server/src/http/NodeListener.ts": ["node:buffer", "node:http", "node:stream"],
  "packages/work-prod-server/src/http/NodeRequest.ts": ["node:http"],
  "packages/work-prod-server/src/http/RequestBytes.ts": ["node:buffer"],
  "packages/work-prod-server/src/http/RequestRecord.ts": ["node:http"],
  "packages/work-prod-server/src/http/TimeLimit.ts": [],
  "packages/work-prod-server/src/metrics/ProcessGauges.ts": ["node:perf_hooks", "node:process"],
  "packages/work-prod-server/src/tracing/SpanIds.ts": ["node:crypto"]
}

/** Where effects are run: entry points, facades, and the logger, which Effect itself calls outside of any effect. */
const entryPoints = new Set(["packages/registry/src/promise.ts", "packages/sync-work-prod/src/promise.ts", "apps/cli/src/main.ts", "apps/cli/src/Logging.ts", "apps/work-prod/src/main.ts"])

/** What packages must ask their environment for. */
const globals = /(?<![.\w$])(process\.|console\.|fetch\(|Date\.now\(|Math\.random\(|new Date\(\)|setTimeout\(|setInterval\(|require\()/
const running = /(?<![\w$])(?:Effect|Runtime|runtime)\.(run(?:Promise|PromiseExit|Sync|SyncExit|Fork|Callback))\b/

const filesBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name)
        return entry.isDirectory() ? filesBelow(path) : /\.[cm]?ts$/.test(path) ? [path] : []
      })
    : []

/** The source with comments and the texts of template and string literals of examples blanked, lines kept. */
const withoutComments = (source, comments) => {
  let code = source
  for (const { start, end } of comments) code = code.slice(0, start) + code.slice(start, end).replace(/[^\n]/g, " ") + code.slice(end)
  return code
}

const checkFile = (root, path) => {
  const name = relative(root, path)
  const source = readFileSync(path, "utf8")
  const { comments, module } = parseSync(path, source)
  const lineOf = (offset) => source.slice(0, offset).split("\n").length
  const found = []
  const isPackage = name.startsWith("packages/")
  for (const { moduleRequest } of module.staticImports) {
    if (!isPackage || !moduleRequest.value.startsWith("node:")) continue
    if (!(ports[name] ?? []).includes(moduleRequest.value)) {
      found.push(`${name}:${lineOf(moduleRequest.start)}: imports ${moduleRequest.value}; only the live side of a port may (see scripts/check-boundaries.mjs)`)
    }
  }
  for (const [index, line] of withoutComments(source, comments).split("\n").entries()) {
    const used = isPackage && ports[name] === undefined ? globals.exec(line) : null
    if (used !== null) found.push(`${name}:${index + 1}: uses ${used[1]}: take it from the environment through a service`)
    const run = entryPoints.has(name) ? null : running.exec(line)
    if (run !== null) found.push(`${name}:${index + 1}: runs an effect (${run[1]}); only entry points and promise facades do`)
  }
  return found
}

const checkManifest = (root, folder) => {
  const name = relative(root, folder)
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const allowed = arrows[manifest.name]
  if (allowed === undefined) return [`${name}: ${manifest.name} has no arrows in scripts/check-boundaries.mjs`]
  const used = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies })
  return used
    .filter((dependency) => (dependency in arrows || dependency.startsWith("@dev-infra/")) && !allowed.includes(dependency))
    .map((dependency) => `${name}/package.json: depends on ${dependency}, against the arrows`)
}

const { values } = parseArgs({ options: { root: { type: "string", default: fileURLToPath(new URL("../", import.meta.url)) } } })
const folders = ["packages", "apps"].flatMap((kind) =>
  readdirSync(join(values.root, kind), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(values.root, kind, entry.name))
)
const problems = folders.flatMap((folder) => [
  ...checkManifest(values.root, folder),
  ...filesBelow(join(folder, "src")).flatMap((path) => checkFile(values.root, path))
])
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
