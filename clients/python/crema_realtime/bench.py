"""What a bench and the environment say about Redis and the site."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DEFAULT_REDIS = "redis://127.0.0.1:11311"


def find_bench(start: Path | None = None) -> Path | None:
    """FRAPPE_BENCH_ROOT, else the nearest bench at or above the working directory."""
    named = os.environ.get("FRAPPE_BENCH_ROOT")
    if named:
        return Path(named)
    here = (start or Path.cwd()).resolve()
    return next((path for path in (here, *here.parents) if _is_bench(path)), None)


def redis_url(bench: Path | None) -> str:
    """FRAPPE_REDIS_QUEUE, else redis_queue of the bench, else what Frappe takes."""
    named = os.environ.get("FRAPPE_REDIS_QUEUE") or _config(bench).get("redis_queue")
    return str(named or DEFAULT_REDIS)


def site_name(bench: Path | None) -> str | None:
    """FRAPPE_SITE, else default_site, else sites/currentsite.txt, else the only site."""
    named = os.environ.get("FRAPPE_SITE") or _config(bench).get("default_site")
    if named or bench is None:
        return str(named) if named else None
    current = bench / "sites" / "currentsite.txt"
    if current.is_file() and (text := current.read_text().strip()):
        return text
    sites = [path.parent.name for path in bench.glob("sites/*/site_config.json")]
    return sites[0] if len(sites) == 1 else None


def _is_bench(path: Path) -> bool:
    sites = path / "sites"
    return sites.is_dir() and (
        (sites / "common_site_config.json").exists()
        or (sites / "apps.txt").exists()
        or (path / "apps" / "frappe").is_dir()
        or any(sites.glob("*/site_config.json"))
    )


def _config(bench: Path | None) -> Mapping[str, Any]:
    """config.json, then common_site_config.json over it. What is falsy says nothing."""
    values: dict[str, Any] = {}
    for name in ("config.json", "sites/common_site_config.json") if bench else ():
        assert bench is not None
        path = bench / name
        if path.is_file():
            found = json.loads(path.read_text())
            values.update((key, value) for key, value in found.items() if value)
    return values
