"""A store with all processes and the people whom they need, to be copied.

Test-only.
"""

import atexit
import shutil
import tempfile
from pathlib import Path

import yaml

from tests.shop import new_shop
from tests.workspace.tangled import TANGLED, tangled

TEMPLATE = Path(tempfile.mkdtemp(prefix="salescli-runs-"))
atexit.register(shutil.rmtree, TEMPLATE, ignore_errors=True)
PEOPLE = ["anna", "boris", "carl", "dina"]

DEFINITIONS = {"tangled": tangled()}


def template() -> Path:
    """A store of four people and a department, with all processes."""
    root = TEMPLATE / "sales"
    if not root.exists():
        shop = new_shop(root)
        for name in PEOPLE[1:]:
            shop.make("person", "create", name.title())
        shop.make("department", "create", "North", "--manager", "carl")
        shop.make("contact", "create", "Elena Petrova", "--email", "elena@example.com")
        for process in ("corporate", "quick"):
            if not (root / f"processes/{process}.yaml").exists():
                shop.do("process", "add", process)
        for path in root.glob("processes/*.yaml"):
            text = path.read_text(encoding="utf-8")
            DEFINITIONS[path.stem] = [yaml.load(text, yaml.CSafeLoader)]
        shop.write("processes/tangled.yaml", TANGLED)
    return root
