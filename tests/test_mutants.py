"""The page of changes that no test can notice: read as it is written, of what is there."""

import re

from tests.mutants import EXPLAINED, ROOT, Mutant, change_of, mutated_paths, parse_explained

PAGE = """# Title

## salescli/report/figures/funnel.py

### _walk

```diff
--- a
+++ b
-            continue
+            break
```

The reason.

### Tally.add

```diff
-    a = 1
+    a = 2
```

```diff
-    b
+    c
```

Both for one reason.
"""


def test_a_page_names_module_function_and_change_of_each_mutant():
    assert list(parse_explained(PAGE)) == [
        Mutant("salescli/report/figures/funnel.py", "_walk", "- continue\n+ break"),
        Mutant("salescli/report/figures/funnel.py", "Tally.add", "- a = 1\n+ a = 2"),
        Mutant("salescli/report/figures/funnel.py", "Tally.add", "- b\n+ c"),
    ]


def test_a_change_is_its_lines_without_indentation():
    assert change_of(["@@ -1 +1 @@", " x", "-        y", "+        z"]) == "- y\n+ z"


def test_what_is_explained_is_in_the_source():
    paths = mutated_paths()
    gone = []
    for mutant in parse_explained(EXPLAINED.read_text("utf-8")):
        assert mutant.path in paths
        source = (ROOT / mutant.path).read_text("utf-8")
        name = mutant.function.rpartition(".")[2]
        lines = [line[2:] for line in mutant.change.splitlines() if line.startswith("-")]
        there = {line.strip() for line in source.splitlines()}
        if not re.search(rf"def {name}\b", source) or not there.issuperset(lines):
            gone.append(mutant)
    assert gone == []
    assert len(paths) > 3


def test_each_module_that_is_mutated_is_there():
    assert [path for path in mutated_paths() if not (ROOT / path).is_file()] == []
