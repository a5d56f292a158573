"""What a project settles for the linter: ``[tool.allegata.check]`` of pyproject.toml, or ``[check]`` of allegata.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from allegata.model.error import InputError


class Settings(NamedTuple):
    """The rules a project asks and does not ask, by code, beginning of codes or name. file: where that is said."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    file: str | None = None


def settings_of(folder: Path) -> Settings:
    """Return the settings of the nearest file at *folder* or above it that has some; allegata.toml wins over pyproject.toml.

    Raises: InputError if the file cannot be read, is no TOML, or has other keys than select and ignore.

    >>> settings_of(Path("/"))
    Settings(select=(), ignore=(), file=None)
    """
    for each in (folder, *folder.parents):
        for name in ("allegata.toml", "pyproject.toml"):
            found = _settings(each / name)
            if found is not None:
                return found
    return Settings()


def settings_in(path: Path) -> Settings:
    """Return the settings of the file *path*.

    Raises: InputError as `settings_of`, and if it has none or is missing.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; give a TOML file with --config")
    found = _settings(path)
    if found is None:
        raise InputError(f"{path}: has no [tool.allegata.check] or [check]; write the settings under it")
    return found


def _settings(path: Path) -> Settings | None:
    if not path.is_file():
        return None
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is no TOML: {error}; correct it") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; give another with --config") from error
    section = content
    for key in ("check",) if path.name == "allegata.toml" or "tool" not in content else ("tool", "allegata", "check"):
        section = section.get(key) if isinstance(section, dict) else None  # type: ignore[assignment]
    if section is None:
        return None
    if not isinstance(section, dict):
        raise InputError(f"{path}: check is no table; write [check] above select and ignore")
    unknown = sorted(set(section) - {"select", "ignore"})
    if unknown:
        raise InputError(f"{path}: {unknown[0]!r} is no setting; there is: select, ignore")
    return Settings(_codes(path, section, "select"), _codes(path, section, "ignore"), str(path))


def _codes(path: Path, section: dict[str, object], key: str) -> tuple[str, ...]:
    value = section.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InputError(f'{path}: {key} is no list of codes; write {key} = ["ALG003"]')
    return tuple(value)
