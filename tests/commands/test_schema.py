"""`salescli schema`: what it prints, and what it writes where it was told to and nowhere else."""

import json

from salescli.workspace.schemas import SCHEMAS, TYPES


def test_without_a_name_it_lists_the_kinds_of_file_and_the_documents(console):
    listed = console.run("salescli schema")
    assert (listed.code, listed.stderr) == (0, "")
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:]] == list(SCHEMAS)
    as_json = json.loads(console.run("salescli schema --format json").stdout)
    told = {one["schema"]: (one["files"], one["holds"]) for one in as_json["schemas"]}
    assert told["team"] == ("team.yaml", "`team.yaml`.")
    assert told["board@1"] == (None, "Open deals under their stages: opportunity board.")


def test_a_schema_is_printed_without_a_store(console):
    printed = console.run("salescli schema process")
    document = json.loads(printed.stdout)
    assert (printed.code, document["title"]) == (0, "processes/*.yaml")
    assert document["properties"]["stages"]["items"] == {"$ref": "#/$defs/Stage"}
    assert not list(console.home.rglob("*.json"))


def test_all_are_written_into_the_folder_that_was_named(console):
    console.run("salescli init sales --currency EUR")
    before = sorted(path for path in console.home.rglob("*") if path.is_file())
    written = console.run("salescli schema --output sales/.schemas")
    paths = [f"sales/.schemas/{name}.schema.json" for name in SCHEMAS]
    assert written.stdout.splitlines() == paths
    after = sorted(path for path in console.home.rglob("*") if path.is_file())
    assert set(after) - set(before) == {console.home / path for path in paths}
    for path, name in list(zip(paths, SCHEMAS, strict=True))[:: len(TYPES)]:
        text = (console.home / path).read_text(encoding="utf-8")
        assert text == console.run(f"salescli schema {name}").stdout
    assert console.run("salescli -C sales check").code == 0


def test_one_is_written_and_the_line_that_leads_an_editor_to_it_is_told(console):
    written = console.run("salescli schema process --output .schemas")
    assert written.stdout == ".schemas/process.schema.json\n"
    assert "  # yaml-language-server: $schema=../.schemas/process.schema.json" in written.stderr
    written = console.run("salescli schema team --output .schemas")
    assert "  # yaml-language-server: $schema=.schemas/team.schema.json" in written.stderr


def test_an_absolute_folder_stands_in_the_line_as_it_is(console):
    folder = console.home / "elsewhere"
    written = console.run(f"salescli schema process --output {folder}")
    assert "$schema=~/elsewhere/process.schema.json" in written.stderr


def test_a_file_in_the_way_is_told(console):
    (console.home / "taken").write_text("")
    refused = console.run("salescli schema --output taken")
    assert (refused.code, refused.stdout) == (6, "")
    assert "taken/process.schema.json can't be written" in refused.stderr


def test_a_document_is_named_as_it_names_itself(console):
    short = console.run("salescli schema opportunities@1").stdout
    document = json.loads(short)
    assert document["$id"] == "urn:salescli:opportunities@1"
    assert document["properties"]["schema"] == {"const": "salescli/opportunities@1"}
    assert console.run("salescli schema salescli/opportunities@1").stdout == short
    written = console.run("salescli schema opportunities@1 --output .schemas")
    assert (written.stdout, written.stderr) == (".schemas/opportunities@1.schema.json\n", "")


def test_a_name_of_no_schema_is_told_the_nearest(console):
    refused = console.run("salescli schema oportunities@1")
    assert (refused.code, refused.stdout) == (3, "")
    assert "Did you mean opportunities@1" in refused.stderr
    assert "salescli schema lists those there are" in console.run("salescli schema zzz").stderr
