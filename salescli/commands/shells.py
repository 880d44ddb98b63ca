"""`salescli completion`: the script by which a shell completes words.

Owns the scripts. What they ask (`salescli __complete WORD…`) is answered by `salescli.completing`.
"""

import click

from salescli.commands.app import say

BASH = """\
# Completion of salescli for bash: eval "$(salescli completion bash)"
_salescli() {
    local line value
    COMPREPLY=()
    while IFS= read -r line; do
        value=${line%%$'\\t'*}
        case $value in
            :files) compopt -o filenames
                while IFS= read -r line; do COMPREPLY+=("$line"); done \\
                    < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}") ;;
            :folders) compopt -o filenames
                while IFS= read -r line; do COMPREPLY+=("$line"); done \\
                    < <(compgen -d -- "${COMP_WORDS[COMP_CWORD]}") ;;
            *=*) COMPREPLY+=("${value#*=}") ;;  # bash replaces what stands behind the =
            *) COMPREPLY+=("$value") ;;
        esac
    done < <(salescli __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _salescli salescli
"""
ZSH = """\
#compdef salescli
# Completion of salescli for zsh: a file _salescli in a folder of $fpath, or, after compinit,
# eval "$(salescli completion zsh)"
_salescli() {
    local line value about
    local -a offers
    for line in ${(f)"$(salescli __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)"}; do
        value=${line%%$'\\t'*}
        about=${${line#"$value"}#$'\\t'}
        case $value in
            :files) _files ;;
            :folders) _files -/ ;;
            *) offers+=("${value//:/\\\\:}${about:+:$about}") ;;
        esac
    done
    (( $#offers )) && _describe -V salescli offers
}
if [[ $funcstack[1] == _salescli ]]; then
    _salescli "$@"
else
    compdef _salescli salescli
fi
"""
FISH = """\
# Completion of salescli for fish: salescli completion fish | source
function __salescli_complete
    set -l words (commandline -opc)[2..-1]
    set -l word (commandline -ct)
    for line in (salescli __complete $words "$word" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$word"
            case :folders
                __fish_complete_directories "$word"
            case '*'
                printf '%s\\n' $line
        end
    end
end
complete -c salescli -f -a '(__salescli_complete)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
PLACES = {
    "bash": "~/.local/share/bash-completion/completions/salescli",
    "zsh": "a folder of $fpath, as _salescli",
    "fish": "~/.config/fish/completions/salescli.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(SCRIPTS)))
def completion(shell: str) -> None:
    """The script by which a shell completes commands, options, ids, stages and people.

    \b
    bash   eval "$(salescli completion bash)"      in ~/.bashrc
    zsh    eval "$(salescli completion zsh)"       in ~/.zshrc, after compinit
    fish   salescli completion fish | source       in ~/.config/fish/config.fish
    """
    click.echo(SCRIPTS[shell], nl=False)
    say(f"To keep it: {PLACES[shell]}")
