/**
 * Folders that a search does not look into: what is in them was put there by a tool, not by the person whose projects are
 * looked for.
 *
 * @module
 */

/**
 * Names of folders that are skipped, and why. A folder that is named as the root of a search is looked into all the same.
 *
 * @category constants
 */
export const prunedFolders: ReadonlyMap<string, string> = new Map([
  ["node_modules", "packages that npm, pnpm or yarn installed"],
  ["bower_components", "packages that bower installed"],
  ["jspm_packages", "packages that jspm installed"],
  ["vendor", "copies of other people's code (Go, PHP, Ruby)"],
  ["Pods", "packages that CocoaPods installed"],
  ["Carthage", "packages that Carthage checked out"],
  [".build", "packages that the Swift package manager checked out"],
  ["DerivedData", "Xcode's build results and package checkouts"],
  ["site-packages", "packages that pip installed"],
  [".venv", "a Python environment"],
  ["venv", "a Python environment"],
  [".tox", "Python environments for tests"],
  [".nox", "Python environments for tests"],
  ["__pycache__", "compiled Python"],
  [".eggs", "packages that setuptools fetched"],
  [".bundle", "packages that Bundler installed"],
  [".cache", "caches; pre-commit and others keep clones there"],
  [".npm", "npm's cache"],
  [".pnpm-store", "pnpm's store"],
  [".yarn", "yarn's cache"],
  [".cargo", "Rust packages, some of them git checkouts"],
  [".rustup", "Rust toolchains"],
  [".gradle", "Gradle's cache"],
  [".m2", "Maven's cache"],
  [".ivy2", "Ivy's cache"],
  [".sbt", "sbt's cache, which holds git checkouts"],
  [".terraform", "modules that Terraform fetched, some of them git checkouts"],
  [".nvm", "Node.js versions; itself a clone"],
  [".pyenv", "Python versions; itself a clone"],
  [".rbenv", "Ruby versions; itself a clone"],
  [".asdf", "tool versions and plugins, each a clone"],
  [".oh-my-zsh", "a shell framework; itself a clone"],
  [".vscode-server", "an editor's server and extensions"],
  [".dartServer", "an analyser's cache"],
  [".pub-cache", "Dart packages, some of them git checkouts"],
  ["elm-stuff", "packages that Elm installed"],
  ["_opam", "an OCaml switch"],
  [".opam", "OCaml switches and package sources"],
  [".stack-work", "Haskell build results"],
  [".direnv", "environments that direnv made"],
  [".Trash", "what was thrown away"],
  [".Trash-0", "what was thrown away"],
  [".Trash-1000", "what was thrown away"]
])

/**
 * Folders of the system that hold no files of anybody. They are skipped always, unless one is named as a root.
 *
 * @category constants
 */
export const systemFolders: ReadonlySet<string> = new Set(["/proc", "/sys", "/dev", "/run"])
