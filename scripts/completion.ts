import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { commandOf, does } from './support/command.ts';

export const command = commandOf(
  'completion',
  'Prints what a shell needs to complete subjects, verbs and options: yisheng completion bash > /etc/bash_completion.d/yisheng, or yisheng completion zsh > DIR/_yisheng with DIR in $fpath.',
)
  .addArgument(new Argument('<SHELL>').choices(['bash', 'zsh'] as const))
  .action(does(async (shell, _, { parent }) => process.stdout.write((shell === 'bash' ? inBash : inZsh)(parent ? wordsOf(parent) : []))));

/** For each place, such as `cycle move`, the words that may follow. */
type Words = readonly (readonly [place: string, words: readonly string[]])[];

function wordsOf(command: CommandUnknownOpts, above = ''): Words {
  const options = command.options.flatMap(({ long }) => long ?? []);
  const own = [above, [...command.commands.map((each) => each.name()), ...options, '--help']] as const;
  return [own, ...command.commands.flatMap((each) => wordsOf(each, `${above} ${each.name()}`.trim()))];
}

function inBash(words: Words): string {
  return `${casesOf(words)}
_yisheng() {
  local at='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $(_yisheng_words "$at") " in *" $word "*) [[ $word == -* ]] || at="\${at:+$at }$word" ;; esac
  done
  COMPREPLY=($(compgen -W "$(_yisheng_words "$at")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _yisheng yisheng
`;
}

function inZsh(words: Words): string {
  return `#compdef yisheng
${casesOf(words)}
_yisheng() {
  local at='' word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case " $(_yisheng_words "$at") " in *" $word "*) [[ $word == -* ]] || at="\${at:+$at }$word" ;; esac
  done
  compadd -- \${=$(_yisheng_words "$at")} || _files
}
compdef _yisheng yisheng
`;
}

function casesOf(words: Words): string {
  const cases = words.map(([place, follow]) => `    '${place}') echo '${follow.join(' ')}' ;;`);
  return ['_yisheng_words() {', '  case "$1" in', ...cases, '  esac', '}'].join('\n');
}
