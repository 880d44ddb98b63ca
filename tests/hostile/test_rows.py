"""Every row of the fault table has its test, or is of something that there is not yet.

The numbers are those of the table of faults and attacks that the program is held against.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.hostile.shapes import SHAPES

TESTS = Path(__file__).resolve().parents[1]
LAST_ROW = 63
SHAPE = "hostile/test_shapes.py::test_a_hostile_file_is_refused_and_the_rest_is_shown"
TYPED = "hostile/test_values.py::test_what_was_typed_is_what_every_reader_reads"
BY_HAND = (
    "hostile/test_values.py::test_what_was_written_by_hand_is_not_written_back_as_something_else"
)
ROWS: dict[int, tuple[str, ...]] = {
    1: ("store/test_killed.py::test_no_kill_leaves_half_a_batch",),
    2: (
        "store/test_killed.py::test_no_kill_leaves_half_a_batch",
        "store/test_journal.py::test_an_uncommitted_journal_is_swept",
    ),
    3: (
        "store/test_crash.py::test_no_power_loss_leaves_a_bad_state",
        "store/test_crash.py::test_every_sync_left_out_shows",
    ),
    4: (
        "store/test_journal.py::test_a_failure_at_any_call_leaves_all_or_nothing",
        "store/test_journal.py::test_a_full_disk_is_met_before_the_point_of_no_return",
    ),
    5: (
        "store/test_index.py::test_a_store_that_may_not_be_written_can_be_read",
        "store/test_journal.py::test_a_committed_journal_in_a_read_only_directory_waits",
        "commands/test_edge.py::test_a_store_that_can_not_be_written_is_a_failure_with_its_path",
    ),
    6: ("store/test_killed.py::test_no_update_is_lost_between_processes",),
    7: (
        "store/test_lock.py::test_the_locks_of_a_killed_process_are_free_at_once",
        "store/test_killed.py::test_the_next_command_works_within_a_second_of_a_kill",
    ),
    8: (
        "store/test_lock.py::test_opening_and_closing_the_lock_file_elsewhere_does_not_free_it",
        "store/test_lock.py::test_the_same_test_catches_lockf",
    ),
    9: (
        "store/test_lock.py::test_a_child_does_not_keep_the_lock",
        "commands/test_editing.py::test_a_sleeping_editor_holds_up_nobody",
    ),
    10: (
        "store/test_lock.py::test_waiting_is_told_once_after_a_second_and_ends_at_the_timeout",
        "workspace/test_mounts.py::test_shared_file_systems_are_known",
    ),
    11: ("hostile/test_values.py::test_no_clock_however_wrong_stands_in_the_way",),
    12: (
        "store/test_index.py::test_a_rewrite_of_the_same_size_and_time_is_seen",
        "store/test_index.py::test_what_was_young_when_it_was_read_is_read_again",
    ),
    13: ("store/test_journal.py::test_the_old_mode_is_kept_and_new_files_follow_the_umask",),
    14: (
        "hostile/test_git.py::test_a_list_during_a_switch_is_wholly_of_one_branch_or_refused",
        "store/test_gitwatch.py::test_a_lock_that_stays_ends_the_waiting_with_exit_5",
    ),
    15: (SHAPE, "store/test_yamltext.py::test_conflict_markers_are_refused_wherever_they_stand"),
    16: (
        SHAPE,
        "hostile/test_git.py::test_a_clean_merge_that_makes_a_key_twice_is_told_with_both_lines",
    ),
    17: ("hostile/test_git.py::test_what_changes_most_never_stands_side_by_side",),
    18: (SHAPE,),
    19: (
        SHAPE,
        "hostile/test_values.py"
        "::test_lines_that_nobody_changes_keep_their_ends_and_the_file_its_mark",
    ),
    20: (SHAPE,),
    21: (
        "hostile/test_values.py"
        "::test_lines_that_nobody_changes_keep_their_ends_and_the_file_its_mark",
    ),
    22: (SHAPE, "store/test_yamltext.py::test_bytes_that_are_not_utf_8_are_named_by_position"),
    23: (TYPED, BY_HAND),
    24: (TYPED, BY_HAND),
    25: (TYPED, "store/test_dump.py::test_any_text_survives_every_reader_as_the_same_string"),
    26: (TYPED, BY_HAND, SHAPE),
    27: (
        "hostile/test_values.py::test_a_plain_null_is_an_empty_value_and_a_quoted_one_is_text",
        "store/test_yamltext.py::test_only_a_plain_null_is_nothing",
    ),
    28: (SHAPE, "store/test_yamltext.py::test_every_scalar_stays_the_text_that_was_written"),
    29: (SHAPE,),
    30: (SHAPE,),
    31: (SHAPE,),
    32: (SHAPE,),
    33: (SHAPE,),
    34: (
        SHAPE,
        "store/test_yamltext.py::test_a_tower_of_lists_is_refused_without_killing_the_process",
    ),
    35: (SHAPE,),
    36: (SHAPE,),
    37: (
        SHAPE,
        "hostile/test_values.py::test_what_is_no_amount_is_wrong_usage_on_the_command_line",
    ),
    38: ("workspace/test_checking.py::test_a_file_cut_at_any_byte_is_found",),
    39: (SHAPE,),
    40: (
        "model/test_ids.py::test_the_slug_of_any_text_is_safe_in_a_path",
        "store/test_files.py::test_a_path_that_passes_stays_inside_whatever_it_is",
        "store/test_mailtext.py::test_names_of_attachments_are_safe",
    ),
    41: (
        "store/test_index.py::test_no_fifo_link_or_device_is_ever_opened",
        "workspace/test_checking.py::test_a_link_and_a_fifo_are_told_and_never_opened",
    ),
    42: ("workspace/test_checking.py::test_what_stands_where_it_does_not_belong_is_found",),
    43: (
        "hostile/test_escapes.py::test_no_command_lets_an_escape_through",
        "hostile/test_escapes.py::test_no_error_lets_an_escape_through",
    ),
    44: (
        "report/text/test_tables.py::test_a_golden_table",
        "report/text/test_tables.py::test_nothing_in_a_cell_is_taken_for_a_number",
    ),
    46: (
        "report/text/test_listing.py::test_csv_guards_text_that_a_spreadsheet_would_run_but_no_number",
        "report/text/test_listing.py::test_raw_csv_reads_back",
    ),
    48: ("report/pictures/test_chart.py::test_twenty_hostile_names_are_drawn_as_they_are",),
    49: ("report/pictures/test_chart.py::test_labels_are_cleaned_cut_and_not_read_as_tex",),
    50: ("report/pictures/test_chart.py::test_twenty_hostile_names_are_drawn_as_they_are",),
    51: ("report/pictures/test_chart.py::test_letters_that_no_font_has_become_boxes_and_one_note",),
    52: (
        "report/pictures/test_chart.py"
        "::test_bytes_are_the_same_in_every_process_whatever_lies_in_the_folder",
    ),
    53: ("commands/test_edge.py::test_the_folder_one_works_in_brings_no_modules",),
    54: ("hostile/test_git.py::test_a_copied_repository_runs_nothing_of_its_own",),
    55: ("commands/test_editing.py::test_a_name_with_shell_characters_is_only_a_name",),
    56: ("hostile/test_git.py::test_a_copied_repository_runs_nothing_of_its_own",),
    57: (
        "store/test_mailtext.py::test_thousands_of_nested_parts_are_refused",
        "store/test_mailtext.py::test_a_bomb_ends_in_a_mail_or_a_refusal",
    ),
    59: ("workspace/test_checking.py::test_a_secret_is_told_by_its_place_alone",),
    60: (
        "commands/test_edge.py::test_an_interrupt_is_130_and_leaves_no_half",
        "commands/test_edge.py::test_a_closed_pipe_is_quiet",
        "store/test_killed.py::test_a_signal_in_the_middle_waits_until_all_is_done",
    ),
    61: ("commands/test_edge.py::test_an_odd_locale_writes_utf_8_all_the_same",),
    62: ("commands/test_edge.py::test_a_store_of_a_newer_format_is_neither_read_nor_written",),
}
NOT_YET: dict[int, str] = {
    45: "no output is made through a library that reads markup",
    47: "no page of HTML is made",
    58: "no archive is opened",
    63: "no recipe for continuous integration is shipped",
}


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests of a file; none of a file that is not there."""
    file = TESTS / path
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_row_is_tested_or_of_something_that_there_is_not_yet():
    assert sorted([*ROWS, *NOT_YET]) == list(range(1, LAST_ROW + 1))
    assert all(ROWS.values()) and all(NOT_YET.values())


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_of_a_row_are_there(row):
    named = [name.split("::") for name in ROWS[row]]
    assert [name for path, name in named if name not in names_in(path)] == []


def test_what_hostile_files_there_are_is_of_rows_that_name_them():
    named = {row for row, names in ROWS.items() if SHAPE in names}
    assert {row for row, _ in SHAPES.values()} == named
