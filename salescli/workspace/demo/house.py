"""Block D of the example: a building of twenty flats over two sections, and a parking place."""

from salescli.workspace.demo import names
from salescli.workspace.demo.making import Making
from salescli.workspace.units import create_building, create_unit


def make_house(making: Making) -> None:
    """The building with all of its units, nobody's yet."""
    making.go_to(making.begin)
    building, name, project = names.BUILDING
    create_building(making.session, building, {"name": name, "project": project})
    offered = {unit for unit, _ in names.OFFERED}
    for number, (section, floors, flats) in enumerate(names.SECTIONS):
        for floor in floors:
            for place, (rooms, area) in enumerate(flats, 1 + 2 * number):
                unit = f"d-{floor}{place:02}"
                typed = {"kind": "flat", "section": section, "floor": str(floor)}
                typed |= {"rooms": str(rooms), "area": area}
                if unit in offered:
                    typed["product"] = f"flat-{unit}"
                create_unit(making.session, building, unit, typed)
    parking = {"kind": "parking", "floor": "-1", "area": "12.5", "product": "parking-d1"}
    create_unit(making.session, building, names.PARKING_UNIT, parking)
