import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as RepositoryUrl from "@dev-infra/metadata/RepositoryUrl"

const word = FastCheck.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,12}$/)
const host = FastCheck.tuple(word, FastCheck.constantFrom("com", "org", "dev")).map(([name, top]) => `${name}.${top}`)
const path = FastCheck.array(
  FastCheck.oneof(word, FastCheck.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((text) => !/[/#?\\]|^\.+$|\.git$|\.$/i.test(text) && text.trim() === text && text !== "")),
  { minLength: 1, maxLength: 4 }
)
const encoded = (segments: ReadonlyArray<string>): string => segments.map(encodeURIComponent).join("/")

describe("RepositoryUrl", () => {
  it("knows the everyday spellings of one repository as the same", () => {
    const spellings = [
      "https://github.com/Owner/Repo",
      "https://github.com/owner/repo.git",
      "https://github.com/owner/repo/",
      "https://github.com/owner/repo.git/",
      "http://github.com:80/owner/repo",
      "https://GitHub.com:443/owner/repo",
      "https://user:token@github.com/owner/repo",
      "https://token@github.com/owner/repo",
      "ssh://git@github.com/owner/repo.git",
      "ssh://git@github.com:22/owner/repo.git",
      "ssh://git@github.com:owner/repo.git",
      "ssh://git@ssh.github.com:443/owner/repo.git",
      "git+ssh://git@github.com/owner/repo.git",
      "git+ssh://git@github.com:owner/repo.git",
      "git+https://github.com/owner/repo.git",
      "git://github.com/owner/repo",
      "git://github.com:9418/owner/repo",
      "git@github.com:owner/repo.git",
      "git@github.com:/owner/repo",
      "github.com:owner/repo",
      "github.com/owner/repo",
      "https://www.github.com/owner//repo",
      "https://github.com/owner/./repo",
      "https://github.com/%6Fwner/repo",
      "  https://github.com/owner/repo  "
    ]
    for (const spelling of spellings) expect(RepositoryUrl.normalise(spelling), spelling).toBe("https://github.com/owner/repo")
  })

  it("keeps different repositories apart", () => {
    const different = [
      "https://github.com/owner/repo",
      "https://github.com/owner/repo2",
      "https://gitlab.com/owner/repo",
      "https://git.example.org/owner/repo",
      "https://git.example.org/Owner/repo",
      "https://git.example.org:8443/owner/repo",
      "https://github.com/owner/repo#packages/api",
      "https://github.com/owner/repo#packages/web",
      "https://git.example.org/?p=a.git",
      "https://git.example.org/?p=b.git",
      "/srv/git/repo",
      "/srv/git/Repo",
      "../repo"
    ]
    expect(new Set(different.map(RepositoryUrl.normalise)).size).toBe(different.length)
  })

  it("knows local folders by path or file URL", () => {
    for (const spelling of ["/srv/git/my api.git", "/srv/git/my api/", "/srv/git/my api/.git", "file:///srv/git/my%20api.git", "file://localhost/srv/x/../git/my%20api"]) {
      expect(RepositoryUrl.normalise(spelling), spelling).toBe("file:///srv/git/my%20api")
    }
  })

  it("understands IPv6 hosts, ports and scp-like forms with brackets", () => {
    expect(RepositoryUrl.normalise("ssh://git@[2001:DB8::1]:2222/a/b.git")).toBe("https://[2001:db8::1]:2222/a/b")
    expect(RepositoryUrl.normalise("git@[2001:db8::1]:a/b.git")).toBe("https://[2001:db8::1]/a/b")
    expect(RepositoryUrl.normalise("git@[git.example.org:2222]:a/b.git")).toBe("https://git.example.org:2222/a/b")
  })

  it("leaves what is no URL alone", () => {
    expect(RepositoryUrl.normalise("../api/")).toBe("../api")
    expect(RepositoryUrl.normalise("codecommit::eu-west-1://api")).toBe("codecommit::eu-west-1://api")
    expect(RepositoryUrl.normalise("C:\\code\\api")).toBe("C:\\code\\api")
    expect(RepositoryUrl.normalise("")).toBe("")
  })

  it("gives an everyday URL the same form as one that has to be taken apart", () => {
    const segment = FastCheck.stringMatching(/^[\w~.-]{1,8}(?:\.git|\.GIT|)$/)
    const host = FastCheck.constantFrom("github.com", "www.github.com", "git.example.org", "a-b.c")
    FastCheck.assert(
      FastCheck.property(host, FastCheck.array(segment, { minLength: 1, maxLength: 4 }), (name, segments) => {
        const path = segments.join("/")
        const slow = RepositoryUrl.normalise(`ssh://git@${name}/${path}/`)
        expect(RepositoryUrl.normalise(`https://${name}/${path}`)).toBe(slow)
        expect(RepositoryUrl.normalise(`git@${name}:${path}`)).toBe(slow)
      }),
      { numRuns: 500 }
    )
  })

  it("changes nothing more when normalising twice, whatever the text", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.oneof(
          FastCheck.string({ unit: "binary" }),
          FastCheck.string({ unit: FastCheck.constantFrom(..."ab.@:/#?%2f[]\\ git", "ssh://", "https://", "file://", ".git", "..", "%2F", "%41", "\uD800") })
        ),
        (text) => {
          const once = RepositoryUrl.normalise(text)
          expect(RepositoryUrl.normalise(once)).toBe(once)
        }
      ),
      { numRuns: process.env["DEV_INFRA_SOAK"] === "1" ? 60_000 : 3000 }
    )
  })

  it("finds every spelling of a generated repository the same", () => {
    FastCheck.assert(
      FastCheck.property(host, path, (name, segments) => {
        const reference = RepositoryUrl.normalise(`https://${name}/${encoded(segments)}`)
        for (const spelling of [
          `ssh://git@${name}/${encoded(segments)}.git`,
          `ssh://me:secret@${name.toUpperCase()}:22/${encoded(segments)}/`,
          `git+ssh://git@${name}/${encoded(segments)}.git/`,
          `git://${name}//${encoded(segments)}`,
          `git@${name}:${segments.join("/")}.git`
        ]) {
          expect(RepositoryUrl.sameRepository(spelling, reference)).toBe(true)
        }
      })
    )
  })

  it("joins and splits the folder inside a repository without loss", () => {
    const inner = FastCheck.array(FastCheck.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("/") && text !== "." && text !== "\0"), { minLength: 1, maxLength: 4 })
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom("https://github.com/o/r.git", "git@github.com:o/r.git", "file:///srv/c%23", "ssh://git@h:22/x"), inner, (url, segments) => {
        expect(RepositoryUrl.split(RepositoryUrl.withInner(url, segments.join("/")))).toEqual({ url, inner: segments.join("/") })
      })
    )
    expect(RepositoryUrl.withInner("/home/me/c#", "docs")).toBe("file:///home/me/c%23#docs")
    expect(RepositoryUrl.split("/home/me/c#")).toEqual({ url: "/home/me/c#", inner: undefined })
    expect(RepositoryUrl.withInner("https://github.com/o/r#old", "new/part")).toBe("https://github.com/o/r#new/part")
    expect(RepositoryUrl.withInner("https://github.com/o/r", "")).toBe("https://github.com/o/r")
  })

  it("takes passwords and tokens out and leaves the rest as given", () => {
    const cases: ReadonlyArray<readonly [string, string]> = [
      ["https://user:ghp_secret@github.com/o/r.git", "https://github.com/o/r.git"],
      ["https://ghp_secret@GitHub.com/O/r.git/", "https://GitHub.com/O/r.git/"],
      ["https://x-access-token:se@cret@github.com/o/r", "https://github.com/o/r"],
      ["https://user:pa/ss@github.com/o/r", "https://github.com/o/r"],
      ["git+https://oauth2:secret@gitlab.com/o/r", "git+https://gitlab.com/o/r"],
      ["ssh://git@github.com/o/r", "ssh://git@github.com/o/r"],
      ["ssh://git:secret@github.com/o/r", "ssh://git@github.com/o/r"],
      ["git@github.com:o/r.git", "git@github.com:o/r.git"],
      ["https://host/o/r?private_token=secret&ref=main#docs", "https://host/o/r?ref=main#docs"],
      ["https://host/o/r@v1", "https://host/o/r@v1"],
      ["codecommit::https://a:secret@host/r", "codecommit::https://host/r"],
      ["https://mirror.example.org/https://me:secret@host/r", "https://mirror.example.org/https://host/r"],
      ["/srv/a@b", "/srv/a@b"],
      ["file:///srv/a@b", "file:///srv/a@b"]
    ]
    for (const [given, kept] of cases) {
      expect(RepositoryUrl.withoutCredentials(given), given).toBe(kept)
      expect(RepositoryUrl.hasCredentials(given), given).toBe(given !== kept)
    }
  })

  it("never shows a password, whatever it is made of", () => {
    const secret = FastCheck.string({ unit: "binary-ascii", maxLength: 12 }).map((text) => `s3cr3t${text.replace(/[?#]/g, "")}s3cr3t`).filter((text) => !/@[^]*\//.test(text))
    const scheme = FastCheck.constantFrom("https", "http", "ssh", "git+ssh", "git+https")
    FastCheck.assert(
      FastCheck.property(scheme, word, secret, (name, user, password) => {
        const url = `${name}://${user}:${password}@git.example.org/o/r.git`
        expect(RepositoryUrl.withoutCredentials(url)).not.toContain("s3cr3t")
        expect(RepositoryUrl.normalise(RepositoryUrl.withoutCredentials(url))).toBe("https://git.example.org/o/r")
        expect(RepositoryUrl.hasCredentials(RepositoryUrl.withoutCredentials(url))).toBe(false)
      }),
      { numRuns: 1000 }
    )
  })
})
