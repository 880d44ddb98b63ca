"""Git's own merge of lines."""

from salescli.store.gitlines import merge_file, merge_lines

BASE = "one\ntwo\nthree\nfour\n"


def test_lines_that_lie_apart_are_taken_from_both_sides():
    ours, theirs = BASE.replace("one", "ONE"), BASE.replace("four", "četri")
    assert merge_lines(BASE, ours, theirs) == "ONE\ntwo\nthree\nčetri\n"


def test_one_line_changed_on_both_sides_is_as_each_has_it_and_all_others_are_merged():
    ours, theirs = BASE.replace("two", "2"), BASE.replace("two", "zwei").replace("four", "4")
    merged = merge_lines(BASE, ours, theirs)
    assert merged == ("one\n2\nthree\n4\n", "one\nzwei\nthree\n4\n")


def test_a_file_gets_markers_around_the_lines_that_both_changed(tmp_path):
    files = [tmp_path / name for name in ("base", "ours", "theirs")]
    for file, text in zip(files, (BASE, BASE.replace("two", "2"), BASE), strict=True):
        file.write_text(text, encoding="utf-8")
    assert merge_file(*files)
    files[2].write_text(BASE.replace("two", "zwei"), encoding="utf-8")
    assert not merge_file(*files)
    assert files[1].read_text(encoding="utf-8") == (
        "one\n<<<<<<< ours\n2\n=======\nzwei\n>>>>>>> theirs\nthree\nfour\n"
    )
