/**
 * A server's machine for the length of a test: a folder stands for its root, its ports are free ones of this machine, and its name leads
 * here. `systemctl` and `useradd` are played, `sudo` does what follows; nginx and ssh are the real ones.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { userInfo } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"
import { app, makePlace, type Place } from "../Binary.js"

export const hostName = "work-prod.example.org"

/** Where programs of the system are that a user's PATH may lack. */
const systemFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/sbin"]

const find = (program: string): string | undefined => systemFolders.map((folder) => join(folder, program)).find((file) => existsSync(file))

/** The path of a program; in CI it has to be there. */
const need = (program: string): string | undefined => {
  const file = find(program)
  if (file === undefined && process.env["CI"] !== undefined) throw new Error(`${program} is needed to test operations`)
  return file
}

/** Whether the programs are here that the page uses; in CI they have to be. */
export const hasPrograms = (...programs: ReadonlyArray<string>): boolean => programs.every((program) => need(program) !== undefined)

const freePorts = async (count: number): Promise<ReadonlyArray<number>> => {
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  })
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}

export interface Machine {
  readonly place: Place
  readonly root: string
  /** what stands for a port of the page */
  readonly port: (written: number) => number
  /** A text of the page as this machine needs it: its own paths and ports. */
  readonly asHere: (text: string) => string
  /** The other way round. */
  readonly asWritten: (text: string) => string
  readonly write: (path: string, content: string) => void
  readonly authority: string
}

const folders = ["etc", "var", "usr/sbin/nologin"]

/** A certificate for the name of the machine, as certbot leaves it. */
const certify = (root: string): string => {
  const folder = join(root, "authority")
  const live = join(root, "etc/letsencrypt/live", hostName)
  mkdirSync(folder, { recursive: true })
  mkdirSync(live, { recursive: true })
  const openssl = (...words: ReadonlyArray<string>) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" })
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
  openssl("req", "-x509", ...curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority", "-days", "2")
  openssl("req", ...curve, "-keyout", join(live, "privkey.pem"), "-out", "server.csr", "-subj", `/CN=${hostName}`)
  writeFileSync(join(folder, "names"), `subjectAltName=DNS:${hostName}`)
  openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", join(live, "fullchain.pem"), "-days", "2", "-extfile", "names")
  return join(folder, "ca.pem")
}

const program = (file: string, lines: ReadonlyArray<string>): void => {
  writeFileSync(file, ["#!/bin/bash", ...lines, ""].join("\n"))
  chmodSync(file, 0o755)
}

/** The part of nginx's own configuration around `conf.d`. */
const nginxConfiguration = (root: string): string =>
  [
    ...(userInfo().uid === 0 ? ["user root;"] : []),
    "worker_processes 1;",
    `pid ${root}/run/nginx.pid;`,
    `error_log ${root}/journal/nginx.log;`,
    "events {}",
    "http {",
    "  access_log off;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${root}/tmp-${kind};`),
    `  include ${root}/etc/nginx/conf.d/*.conf;`,
    "}",
    ""
  ].join("\n")

/** Ends the process whose number stands in a file. nginx ends its workers only if it may do something itself. */
const end = (file: string): void => {
  const pid = Number(readFileSync(file, "utf8"))
  // 0 would be this process and all that belong to it.
  if (!(pid > 1)) return
  try {
    process.kill(pid, file.endsWith(".pid") ? "SIGTERM" : "SIGKILL")
  } catch {
    // It has ended.
  }
}

/** An ssh server that lets this user in with a key of the test, and how `ssh` finds it. */
export const startSsh = async (machine: Machine): Promise<void> => {
  const { root } = machine
  const [port = 0] = await freePorts(1)
  const folder = join(root, "ssh")
  mkdirSync(folder, { mode: 0o700 })
  for (const name of ["host", "user"]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)])
  writeFileSync(join(folder, "authorized"), readFileSync(join(folder, "user.pub")))
  // Run by root it insists on this folder, which a service would have made.
  const made = userInfo().uid === 0 ? mkdirSync("/run/sshd", { recursive: true, mode: 0o755 }) : undefined
  const settings = [`Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${folder}/host`, `AuthorizedKeysFile ${folder}/authorized`, "StrictModes no", "UsePAM no", "PasswordAuthentication no", "PermitRootLogin yes", `PidFile ${folder}/pid`]
  writeFileSync(join(folder, "sshd_config"), `${settings.join("\n")}\n`)
  const config = [`Host ${hostName}`, "HostName 127.0.0.1", `Port ${port}`, `User ${userInfo().username}`, `IdentityFile ${folder}/user`, "IdentitiesOnly yes", "StrictHostKeyChecking accept-new", `UserKnownHostsFile ${folder}/known`, `ControlPath ${folder}/control`, "ControlMaster auto", "ControlPersist no", "LogLevel ERROR"]
  writeFileSync(join(folder, "config"), `${config.join("\n")}\n`)
  program(join(root, "bin/ssh"), [`exec ${find("ssh") ?? "ssh"} -F ${folder}/config "$@"`])
  const daemon = spawn(find("sshd") ?? "sshd", ["-D", "-e", "-f", join(folder, "sshd_config")], { stdio: ["ignore", "ignore", "pipe"] })
  onTestFinished(() => {
    // The connection, if there is one, stays behind in the background until it is told to end.
    spawnSync("ssh", ["-F", join(folder, "config"), "-O", "exit", hostName], { stdio: "ignore" })
    daemon.kill("SIGKILL")
    if (made !== undefined) rmdirSync(made)
  })
  await new Promise<void>((done, fail) => {
    let told = ""
    daemon.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text
      if (told.includes("Server listening")) done()
    })
    daemon.once("close", () => fail(new Error(`sshd ended: ${told}`)))
  })
}

export const makeMachine = async (): Promise<Machine> => {
  const place = makePlace()
  const root = dirname(place.home)
  const written = [443, 4318, 5000, 5055, 5056, 9464]
  const free = await freePorts(written.length)
  const ports = new Map(written.map((port, index) => [port, free[index] ?? 0]))
  const asHere = (text: string) =>
    text
      .replace(new RegExp(`(?<![\\w.-])/(?=(?:${folders.join("|")})(?:[/\\s]|$))`, "gm"), `${root}/`)
      .replace(/(?<![\w.])(?:443|4318|5000|5055|5056|9464)(?![\w.])/g, (port) => String(ports.get(Number(port)) ?? port))
  const asWritten = (text: string) => {
    let found = text.replaceAll(root, "")
    for (const [port, here] of ports) found = found.replaceAll(String(here), String(port))
    return found
  }
  const authority = certify(root)
  for (const folder of ["etc/systemd/system", "etc/nginx/conf.d", "etc/prometheus", "etc/caddy", "var/lib", "run", "journal"]) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(place.home, ".curlrc"), `cacert = "${authority}"\nconnect-to = "${hostName}:443:127.0.0.1:${ports.get(443) ?? 0}"\n`)
  writeFileSync(join(root, "etc/nginx/nginx.conf"), nginxConfiguration(root))
  program(join(root, "bin/sudo"), ['[ "$1" = -u ] && shift 2', '[ "$1" = -s ] && exec bash --norc', 'exec "$@"'])
  program(join(root, "bin/systemctl"), [`exec ${process.execPath} ${join(app, "test/operations/systemctl.cjs")} ${root} "$@"`])
  program(join(root, "bin/useradd"), ['[ "${@: -1}" = work-prod ] || exit 2', `mkdir -p ${root}/var/lib/work-prod`])
  program(join(root, "bin/nginx"), [`exec ${find("nginx") ?? "nginx"} -e ${root}/journal/nginx.log -c ${root}/etc/nginx/nginx.conf "$@"`])
  onTestFinished(() => {
    for (const file of readdirSync(join(root, "run"))) end(join(root, "run", file))
  })
  return {
    place,
    root,
    authority,
    asHere,
    asWritten,
    port: (port) => ports.get(port) ?? port,
    write: (path, content) => {
      const file = join(root, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, asHere(content))
    }
  }
}
