import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import { own } from "../../SafeText.js"
import type { CompletionsInput } from "./command.js"

// The lines that `__complete` prints for bash are quoted as the shell needs them. bash 3.2 (macOS) has no mapfile.
const bash = `# Completions of dev-infra for bash.
_dev_infra_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :folders) COMPREPLY+=($(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}")); compopt -o filenames 2>/dev/null ;;
      :files) COMPREPLY+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); compopt -o filenames 2>/dev/null ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(command dev-infra __complete bash -- "$@" 2>/dev/null)
}
_dev_infra() {
  local IFS=$'\\n'
  _dev_infra_complete "\${COMP_WORDS[@]:1:COMP_CWORD}"
}
complete -F _dev_infra dev-infra`

const zsh = `#compdef dev-infra
# Completions of dev-infra for zsh.
_dev_infra_complete() {
  local line
  local -a found
  for line in "\${(@f)$(command dev-infra __complete zsh -- "$@" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :folders) _files -/ ;;
      :files) _files ;;
      *) found+=("$line") ;;
    esac
  done
  (( \${#found} )) && _describe -V dev-infra found
}
_dev_infra() {
  _dev_infra_complete "\${(@Q)words[2,CURRENT]}"
}
compdef _dev_infra dev-infra`

const fish = `# Completions of dev-infra for fish.
function __dev_infra_complete
    for line in (command dev-infra __complete fish -- $argv 2>/dev/null)
        switch $line
            case :folders
                __fish_complete_directories (commandline -ct)
            case :files
                __fish_complete_path (commandline -ct)
            case '*'
                echo $line
        end
    end
end
function __dev_infra
    set -l words (commandline -opc)
    __dev_infra_complete $words[2..-1] (commandline -ct)
end
complete -c dev-infra -f -a '(__dev_infra)'`

/** The script for each shell. @category scripts */
export const scripts = { bash, zsh, fish } as const

/** Print the script. @category commands */
export const run = (input: CompletionsInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.flatMap(Output, (output) => output.line(own(scripts[input.shell])))
