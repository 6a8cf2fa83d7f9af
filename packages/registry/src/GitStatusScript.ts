/**
 * The shell script that asks git about many checkouts, one after the other, in one process. For a plain POSIX `sh`.
 *
 * The paths are its arguments: they are never part of the script's text, so no path can be taken for a command or an option,
 * whatever is in it. `GitStatusOutput` reads what it prints.
 *
 * What a repository's own configuration could make `git status` do, and what keeps it from that:
 *
 * - `core.fsmonitor` names a program: switched off (an empty value is off for every version of git, `false` only from 2.36);
 * - hooks (`core.hooksPath`): none run, since the index is not written (`GIT_OPTIONAL_LOCKS=0`) and the path leads nowhere;
 * - a partial clone fetches missing objects, by way of any program: no protocol is allowed, so nothing is fetched;
 * - a pager or a question at the terminal: there is no terminal, `--no-pager`, `GIT_TERMINAL_PROMPT=0`;
 * - `filter.*.clean` together with `.gitattributes` names a program that git runs on files whose time stamps changed. This one
 *   stays, because Git LFS and git-crypt need it. git itself refuses repositories that belong to another user; one that was
 *   copied here with its `.git/config` is trusted as much as by `git status` typed there.
 *
 * @module
 */

/**
 * Arguments: `yes` to ask for the time of the last commit, then the paths.
 *
 * Stashes are asked for in a process of their own, and only where there may be some: git counts them with the status only
 * since 2.35, and that costs every checkout a little.
 *
 * @category constants
 */
export const statusScript = `
exec 2>/dev/null </dev/null
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_PREFIX GIT_EXTERNAL_DIFF
last=$1
shift
ask() { git --no-pager -c core.fsmonitor= -c core.hooksPath=/dev/null -C "$@"; }
for p do
  case $p in -*) p=./$p ;; esac
  if [ ! -d "$p" ]; then
    printf '\\0\\0= missing\\0'
    continue
  fi
  has=
  GIT_CEILING_DIRECTORIES=
  if [ -e "$p/.git" ]; then
    has=git
    GIT_CEILING_DIRECTORIES=\${p%/*}
  fi
  if git --no-pager -c core.fsmonitor= -c core.hooksPath=/dev/null -C "$p" status --porcelain=v2 --branch --ahead-behind -z -- .; then
    if [ -d "$p/.git" ] && [ ! -e "$p/.git/logs/refs/stash" ] && [ ! -e "$p/.git/reftable" ]; then :; else
      printf '# stash %s\\0' "$(ask "$p" rev-list --walk-reflogs --count refs/stash --)"
    fi
  elif ! git --version >/dev/null; then
    printf '\\0\\0= nogit\\0'
    git --version 2>&1
    printf '\\0'
    continue
  elif [ "$(ask "$p" rev-parse --is-bare-repository)" = true ]; then
    printf '\\0\\0# branch.head %s\\0' "$(ask "$p" symbolic-ref -q --short HEAD)"
    printf '# branch.oid %s\\0' "$(ask "$p" rev-parse -q --verify 'HEAD^{commit}')"
  else
    printf '\\0\\0= failed %s\\0' "$has"
    ask "$p" status --porcelain=v2 -- . 2>&1 >/dev/null
    printf '\\0'
    continue
  fi
  if [ "$last" = yes ]; then
    printf '# committed %s\\0' "$(ask "$p" rev-list -1 --timestamp HEAD --)"
  fi
  printf '\\0\\0= done\\0'
done
`

/**
 * Prints the number of processors.
 *
 * @category constants
 */
export const processorsScript = "exec </dev/null; getconf _NPROCESSORS_ONLN || echo 2"

/**
 * The environment of the scripts, on top of what is inherited.
 *
 * @category constants
 */
export const environment: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_CEILING_DIRECTORIES: "",
  GIT_PAGER: "cat"
}
