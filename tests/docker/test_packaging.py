"""The image and the composition by their own rules (hadolint, the Compose specification) and by ours."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from app.settings import PROJECT, Settings
from tests.docker import recipe

SERVICES: dict[str, dict[str, Any]] = recipe.composition()["services"]
TEXT = (recipe.DOCKER / "compose.yaml").read_text(encoding="utf-8")
OURS = {"service-1", "service-2", "ingest", "chroma"}
PINNED = re.compile(r"[\w./-]+:[\w.-]*\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?")


def test_hadolint_finds_nothing() -> None:
    program = Path(sys.executable).parent / "hadolint"
    run = subprocess.run([program, recipe.DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_composition_is_by_the_specification() -> None:
    PyCompose.from_yaml(yaml.safe_dump(recipe.composition()))


@pytest.mark.parametrize(("right", "wrong"), [("read_only", "readonly"), ("service_healthy", "healthy")])
def test_the_specification_is_kept_strictly(right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        PyCompose.from_yaml(yaml.safe_dump(recipe.composition()).replace(right, wrong))


def test_everything_named_in_the_composition_is_there() -> None:
    whole = recipe.composition()
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(whole["networks"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        names = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert {name for name in names if not name.startswith(".")} <= set(whole["volumes"])


def test_every_container_is_locked_down() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"] and "cap_add" not in service and "privileged" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"mem_limit", "pids_limit", "logging", "tmpfs", "restart"} <= set(service), name
        assert service["restart"] == ("no" if name == "ingest" else "unless-stopped")
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        assert name in OURS or re.fullmatch(r"[1-9]\d+:[1-9]\d+", service["user"]), name


def test_every_image_is_pinned() -> None:
    bases = [words.split("=", 1)[1] for name, words in recipe.instructions() if words.startswith("PYTHON_IMAGE=")]
    images = [service["image"] for service in SERVICES.values()]
    assert len(bases) == 1 and not [image for image in (*bases, *images) if not PINNED.fullmatch(image)]
    assert {words.split()[0] for name, words in recipe.instructions() if name == "FROM"} == {"${PYTHON_IMAGE}"}


def test_chroma_is_reached_by_the_services_and_the_ingest_alone() -> None:
    networks = recipe.composition()["networks"]
    assert [name for name, service in SERVICES.items() if "vectors" in service["networks"]] == [
        "service-1", "service-2", "ingest", "chroma",
    ]  # fmt: skip
    assert SERVICES["chroma"]["networks"] == ["vectors"]
    assert [name for name in networks if not (networks[name] or {}).get("internal")] == ["front"]


def test_only_the_services_have_ports_and_on_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"service-1", "service-2"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert not [name for name, service in SERVICES.items() if {"expose", "network_mode"} & set(service)]


def test_the_proxy_s_example_fits_the_composition() -> None:
    example = (recipe.DOCKER / "nginx.example.conf").read_text(encoding="utf-8")
    published = [port.rsplit(":", 1)[0] for name in ("service-1", "service-2") for port in SERVICES[name]["ports"]]
    assert re.findall(r"server (127\S+) ", example) == published
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in example


def test_the_readme_names_what_is_there() -> None:
    section = (PROJECT / "README.md").read_text(encoding="utf-8").partition("## Running it in containers")[2]
    section = section.partition("\n## ")[0]
    named = re.findall(r"docker compose (?:exec|run|logs|up|stop|start)((?: --?\w[\w-]*)*)((?: [a-z]+-?\d?)+)", section)
    assert len(named) >= 8
    assert {words.split()[0] for _, words in named} <= set(SERVICES)
    assert {path for path in re.findall(r"docker/([\w.-]+\w)", section) if path != "models"} <= {
        path.name for path in recipe.DOCKER.iterdir()
    }


def test_the_services_are_alike_but_for_their_port() -> None:
    one, other = ({**SERVICES[name], "ports": []} for name in ("service-1", "service-2"))
    assert one == other
    assert one["environment"]["ESPOO_SECRET_KEY"] and one["depends_on"]["ingest"] == {
        "condition": "service_completed_successfully"
    }
    gateway = recipe.composition()["networks"]["front"]["ipam"]["config"][0]["gateway"]
    assert one["environment"]["ESPOO_TRUSTED_PROXIES"] == gateway


def test_nothing_starts_without_its_secrets() -> None:
    for name in recipe.SECRETS:
        assert set(re.findall(rf"\${{{name}([^}}]*)}}", TEXT)) == {":?write it into docker/.env"}


def test_every_variable_is_a_setting_or_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    example = (recipe.DOCKER / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE))
    used = {key for service in SERVICES.values() for key in service.get("environment", {})} | set(recipe.environment())
    settings = {f"ESPOO_{name.upper()}" for name in Settings.model_fields}
    assert named == recipe.variables()
    assert {name for name in named | used if name.startswith("ESPOO_")} <= settings
    for name, value in SERVICES["service-1"]["environment"].items():
        monkeypatch.setenv(name, str("" if value is None else value))
    assert Settings(_env_file=None).chroma_url == "http://chroma:8000"


def test_the_defaults_are_the_service_s_own() -> None:
    """A variable that is left out changes nothing."""
    given = SERVICES["service-1"]["environment"]
    for name in (
        "rate_limit",
        "retention_days",
        "conversation_hours",
        "log_level",
        "llm_base_url",
        "llm_timeout",
        "public_url",
    ):
        assert str(given[f"ESPOO_{name.upper()}"] or "") == str(Settings.model_fields[name].default).removesuffix(".0")


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert recipe.last("USER") == "10001:10001"
    names = [name for name, _ in recipe.instructions()]
    assert "ADD" not in names and names.index("USER") > max(i for i, name in enumerate(names) if name == "RUN")
    assert recipe.command("ENTRYPOINT") + recipe.command("CMD") == ["python", "-m", "app", "serve"]
    assert "/healthz" in recipe.command("HEALTHCHECK")[-1]


def test_the_image_gets_what_it_copies_and_nothing_else() -> None:
    taken = recipe.copied()
    assert set(taken) == {"app", "ingest", "knowledge", "prompts", "pyproject.toml", "requirements.lock"}
    assert [name for name in taken if not (PROJECT / name).exists()] == []
    wanted = (
        "app/main.py",
        "app/widget/dist/widget.js",
        "app/weights/scorer.json",
        "prompts/answer.md",
        "ingest/split.py",
    )
    kept_out = (
        ".env", "app/.env", "docker/.env", ".git/config", "tests/conftest.py", "var/questions.sqlite3", "eval/run.py",
        "app/widget/node_modules/lit/index.js", "app/widget/src/panel.ts", "app/__pycache__/main.cpython-311.pyc",
    )  # fmt: skip
    assert [path for path in wanted if _is_ignored(path)] == []
    assert [path for path in kept_out if not _is_ignored(path)] == []


def _is_ignored(path: str) -> bool:
    """By .dockerignore's rules, as far as ours uses them: the last line that fits the path or a folder of it decides."""
    parts = path.split("/")
    parents = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    ignored = False
    for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and any(_fits(parent, pattern) for parent in parents):
            ignored = not line.startswith("!")
    return ignored


def _fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(path.rsplit("/", 1)[-1], pattern.removeprefix("**/"))
    return path.count("/") == pattern.count("/") and fnmatch(path, pattern)
