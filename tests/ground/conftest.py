from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    header, *cells = lines
    return [dict(zip(header, each, strict=True)) for each in cells]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the argument ``case`` of test_X.py the rows of cases/X.tsv."""
    if "case" in metafunc.fixturenames:
        name = metafunc.module.__name__.rsplit("test_", 1)[-1]
        found = rows(CASES / f"{name}.tsv")
        metafunc.parametrize("case", found, ids=[next(iter(row.values()))[:60] for row in found])
