"""The examples of docs/definitions.md: sound together, and they compose; the tables name every key."""

import json
import re
from pathlib import Path

from yijianshi.core.bundles.compose import compose
from yijianshi.core.checks import Source, check
from yijianshi.core.definitions.library import KINDS, Library
from yijianshi.server.files import meta_schemas

PAGE = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text("utf-8")
EXAMPLES = [json.loads(found) for found in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_the_examples_are_sound_and_compose() -> None:
    assert {document["kind"] for document in EXAMPLES} == set(KINDS)
    found = check([Source("docs/definitions.md", document) for document in EXAMPLES], meta_schemas())
    assert [problem.line("en") for problem in found] == []
    composition = compose(Library.of(EXAMPLES), "open-shop")
    assert composition.plan_for(composition.matters).days == 7
    assert composition.savings()["materials"]["percent"] == "−50.0%"


def test_every_key_is_explained() -> None:
    for kind in KINDS:
        page = PAGE.split(f"## {kind} ")[1].split("\n## ")[0]
        for key in meta_schemas()[kind]["properties"]:
            assert f"| `{key}`" in page, f"{kind}.{key}"
