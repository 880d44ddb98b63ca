"""What each kind of file holds."""

import msgspec

from salescli.model.kinds import KINDS, type_of_kind
from salescli.store.layout import CATALOGUE_FOLDERS, FOLDERS, SINGLE_FILES


def test_each_kind_of_file_in_a_store_has_a_type_of_its_own():
    assert {*SINGLE_FILES.values(), *CATALOGUE_FOLDERS, *FOLDERS} == set(KINDS)
    types = [type_of_kind(kind) for kind in KINDS]
    assert all(issubclass(one, msgspec.Struct) for one in types)
    assert len(set(types)) == len(types)
