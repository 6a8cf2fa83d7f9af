import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import { own } from "../../SafeText.js"
import { scripts } from "../completions/run.js"
import type { ShellInput } from "./command.js"

// `$( )` takes newlines off the end; the dot keeps those that belong to the path.
const posix = (name: string) => `${name}() {
  if [ "$#" -ne 1 ]; then
    echo "usage: ${name} PROJECT" >&2
    return 2
  fi
  local target
  target=$(command dev-infra path -- "$1" && printf .) || return
  target=\${target%.}
  cd -- "\${target%$'\\n'}"
}`

const functions = {
  bash: (name: string) => `# Go to a project: ${name} PROJECT
${posix(name)}
${scripts.bash}
_dev_infra_${variable(name)}() {
  local IFS=$'\\n'
  _dev_infra_complete path "\${COMP_WORDS[@]:1:COMP_CWORD}"
}
complete -F _dev_infra_${variable(name)} ${name}`,
  zsh: (name: string) => `# Go to a project: ${name} PROJECT
${posix(name)}
${scripts.zsh.replace("#compdef dev-infra\n", "")}
_dev_infra_${variable(name)}() {
  _dev_infra_complete path "\${(@Q)words[2,CURRENT]}"
}
compdef _dev_infra_${variable(name)} ${name}`,
  fish: (name: string) => `# Go to a project: ${name} PROJECT
function ${name}
    if test (count $argv) -ne 1
        echo "usage: ${name} PROJECT" >&2
        return 2
    end
    set -l target (command dev-infra path --print0 -- $argv[1] | string split0)
    or return
    test (count $target) -eq 1; and cd -- $target
end
${scripts.fish}
function __dev_infra_${variable(name)}
    set -l words (commandline -opc)
    __dev_infra_complete path $words[2..-1] (commandline -ct)
end
complete -c ${name} -f -a '(__dev_infra_${variable(name)})'`
}

const variable = (name: string) => name.replaceAll("-", "_")

/** Print the function. @category commands */
export const run = (input: ShellInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.flatMap(Output, (output) => output.line(own(functions[input.shell](Option.getOrElse(input.name, () => "dcd")))))
