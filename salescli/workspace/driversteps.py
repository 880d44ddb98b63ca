"""The merge driver: what git runs, in `sh`, and what that may merge before it asks for Python.

Git starts it once for each file that both sides changed, and a process costs more than the merge of
a file. So most files are merged by the shell that git starts anyway, which starts nothing then:
only what every `sh` has built in is used for them. Must not know who sets it.
"""

# `store/fieldlines` in sh, of a base that it reads from its input, ours as 3 and theirs as 4; 5 is
# the base again, and the parameter is the file that git wants. Lines of the three are walked
# together (b, o, t; `/` at the end of a file), and `l` is what holds. A shell drops NULs and a last
# line that has no end: so what was read (n) is compared with how far the files were read. Only
# Linux tells that without a process more. The dearest is that a shell reads byte by byte.
_FIELDS = r"""
v() { v=${v#"${v%%[! ]*}"}; case $v in
\"*[\"\\]*\"|\'*\'*\'|\[*[][{}\"\'#]*]|{*[][{}\"\'#]*}) return 1;;
''|\"*\"|\'*\'|\[*]|{*}) ;;
[\|\>]*) [ ! "$c" ];;
[][{}\"\'#\&*!%@\`?,:]*|'- '*|-|*': '*|*:) return 1;; esac; };
m() { [ -e /proc/self/fdinfo/4 ] || return 1; A=$1 n=0 a=/ c= x=bot; shift;
while :; do
case $x in bot) read -r b || b=/; read -r o <&3 || o=/; read -r t <&4 || t=/;;
o) read -r o <&3 || o=/;; t) read -r t <&4 || t=/;;
*) read -r o <&3 || o=/; read -r t <&4 || t=/;; esac;
case $b in "$o") l=$t x=t;; "$t") l=$o x=o;;
*) case $o in "$t") l=$o x=ot;; *) return 1;; esac;; esac;
case $l in "$b") d= x=bot;; *) d=+;; esac;
case $d$l in
[A-Za-z0-9_]*|+[A-Za-z0-9_]*) i=${l%%:*} c=$d;
case $i in *[!A-Za-z0-9_.-]*) return 1;; esac;
case $a in */"$i"/*) return 1;; esac; a=$a$i/;
v=${l#"$i":};
case $v in *': '*|*:) v;; ''|' '[A-Za-z0-9]*) ;; ' '*) v;; *) return 1;; esac || return 1;
case $d$b in +"$i":*) x=bot v=${b#"$i":}; n=$((n+${#b}+${#o}+${#t}-3*${#l}));
case $b in *[[:cntrl:]]*) return 1;; esac;
case $v in ''|' '*) v || return 1;; *) return 1;; esac;;
+*) case $b$# in /0) return 1;; esac; n=$((n+(${#l}+1)*(${#x}-3)));; esac;;
/) break;;
''|\#*) ;;
\ *|-\ *|-) case $c in +) return 1;; esac; v=${l#"${l%%[! -]*}"};
case $v in \#*|[A-Za-z0-9_]*:) v=;; [A-Za-z0-9_]*) v=${v#*: };; esac; v || return 1;;
*) return 1;; esac;
case $# in 2??) return 1;; esac; set -- "$@" "$l";
done;
l=$*;
case $#$l in 0*|*[[:cntrl:]]*) return 1;; esac; n=$((n+3*(${#l}+$#)));
for i in 3 4 5; do read -r l </proc/self/fdinfo/$i || return 1; n=$((n-${l#pos:})); done;
case $n in 0) printf '%s\n' "$@" >"$A" && exit 0; exit 255;; esac; return 1; };
"""
# Whether lines of two sides say something together: each key at the margin stands once, with all
# that belongs to it as one of the sides has it. What may span such lines isn't looked into. A
# process more would cost as much again: awk gets the text as a variable.
_FITS = r"""
function e(){if(!r) s[c]; else if(!(c in s) || k[n]++ || gsub(/"/,"",c)%2 ||
gsub(/\047/,"",c)%2 || gsub(/[[{]/,"",c)-gsub(/[]}]/,"",c)) b=1; c=n=""}
function p(l){if(l~/^[^ #-]/){e(); n=substr(l,1,index(l,":"));
if(l!~/^[A-Za-z0-9_][A-Za-z0-9_.-]*:( |$)/) b=1}
if(l!~/^(#|$)/) c=c"\n"l}
FNR==1{e()} {p($0)}
END{e(); r=1; q=split(ENVIRON["M"],x,"\n"); for(i=1;i<=q;i++) p(x[i]); e(); exit b}
"""


def _for_git(text: str) -> str:
    """A text on one line, as it stands in a template of a command of git's."""
    line = " ".join(text.split("\n")).strip()
    return line.replace("%", "%%").replace("{", "{{").replace("}", "}}")


# What the shell can't do alone is for git's merge of lines, without Python: it gets most of the
# rest right, in a tenth of the time. It goes through a variable, since a file takes one more
# process; the `.` keeps its last line ends. Where salescli can't run, or dies, git's markers are in
# the file, never one side alone.
DRIVER = (
    f"{_for_git(_FIELDS)} "
    "L=$LC_ALL LC_ALL=C IFS=; m %A 5<%O <&5 3<%A 4<%B; LC_ALL=$L; unset IFS; "
    "m=$(git merge-file -p -q %A %O %B && echo .) && "
    f"M=${{{{m%%.}}}} LC_ALL=C awk '{_for_git(_FITS)}' %A %B && "
    '{{ printf %%s "${{m%%.}}" >%A && exit 0; exit 255; }}; '
    "{program} git merge-driver %O %A %B %P && exit 0; "
    "grep -q '^<<<<<<<' %A || git merge-file -q -L ours -L base -L theirs %A %O %B; exit 1"
)
"""The command that git runs, with a place for the `program`."""
