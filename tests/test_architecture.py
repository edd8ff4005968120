"""The house keeps its shape: each promise of docs/decisions that a machine can check is checked here."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "peerreview"
TEMPLATES = ROOT / "templates"
VAGUE = ("service", "manager", "helper", "handler", "util", "common")
LONGEST_ROUTES = 200  # lines
LONGEST_VIEW = 30  # lines, decorators not counted
ROUTE_MARKS = {"route", "get", "post"}
FOUND_BY_NAME = ("emails/", "security/", "components/", "print/", "errors/")  # rendered under computed names


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout, so what belongs to the project is not known")
    return tuple(path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file())


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def templates() -> list[str]:
    found = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt"), *TEMPLATES.rglob("*.svg")]
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in found)


@cache
def parsed(name: str) -> nodes.Template:
    return Environment(autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"]).parse(
        (TEMPLATES / name).read_text("utf-8")
    )


def test_there_is_one_commit() -> None:
    places = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for _ in re.findall(r"session\.commit", path.read_text("utf-8"))
    ]
    assert places == ["peerreview/outbox.py"]


def test_only_take_assigns_a_stage() -> None:
    def assigned(tree: ast.Module) -> Iterator[ast.expr]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                yield from node.targets
            elif isinstance(node, ast.AugAssign):
                yield node.target

    places = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for target in assigned(tree_of(path))
        if isinstance(target, ast.Attribute) and target.attr == "stage"
    }
    assert places <= {"peerreview/process.py"}


def test_no_file_has_a_vague_name() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in project_files()]
    words = {name: re.split(r"[^a-z]+", name.lower().removesuffix(".service")) for name in names}
    assert [name for name, parts in words.items() for part in parts if part.rstrip("s") in VAGUE] == []


def test_routes_files_are_short() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob("*routes*.py")}
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_ROUTES} == {}


def views() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef) and any(is_route(mark) for mark in node.decorator_list):
                yield path, node


def is_route(mark: ast.expr) -> bool:
    return (
        isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Attribute)
        and mark.func.attr in ROUTE_MARKS
        and isinstance(mark.func.value, ast.Name)
    )


def test_views_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{view.name}": lines
        for path, view in views()
        if (lines := (view.end_lineno or view.lineno) - view.lineno + 1) > LONGEST_VIEW
    }
    assert long == {}


def test_urls_are_kebab_case_nouns() -> None:
    odd = []
    for _, view in views():
        for mark in view.decorator_list:
            if is_route(mark) and isinstance(mark, ast.Call) and isinstance(rule := mark.args[0], ast.Constant):
                fixed = re.sub(r"<[^>]+>", "x", str(rule.value))
                if not re.fullmatch(r"/[a-z0-9./-]*", fixed) or (len(fixed) > 1 and fixed.endswith("/")):
                    odd.append(rule.value)
    assert odd == []


@pytest.mark.parametrize("name", templates())
def test_a_template_uses_what_it_imports(name: str) -> None:
    tree = parsed(name)
    imported = {
        (item[1] if isinstance(item, tuple) else item)
        for statement in tree.find_all(nodes.FromImport)
        for item in statement.names
    } | {statement.target for statement in tree.find_all(nodes.Import)}
    used = {used.name for used in tree.find_all(nodes.Name) if used.ctx == "load"}
    assert imported - used == set()


@cache
def named_templates() -> dict[str, str]:
    """Every template that is named in full somewhere, with one place that names it."""
    found: dict[str, str] = {}
    for path in modules():
        for node in ast.walk(tree_of(path)):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"[a-z0-9_/-]+\.(html|txt|svg)", text):
                found[text] = path.relative_to(ROOT).as_posix()
    for name in templates():
        for statement in parsed(name).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            if isinstance(target := statement.template, nodes.Const):
                found[target.value] = name
    return found


def test_every_template_that_is_named_exists() -> None:
    ours = {name: place for name, place in named_templates().items() if not name.startswith("govuk_frontend_jinja/")}
    assert {name: place for name, place in ours.items() if not (TEMPLATES / name).is_file()} == {}


def test_no_template_is_left_over() -> None:
    left = set(templates()) - set(named_templates())
    assert {name for name in left if not name.startswith(FOUND_BY_NAME)} == set()


def test_no_page_has_inline_script_or_style() -> None:
    pages = {name: (TEMPLATES / name).read_text("utf-8") for name in templates() if not name.startswith("emails/")}
    inline = r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|javascript:"
    assert [name for name, text in pages.items() if re.search(inline, text, re.IGNORECASE)] == []


def texts() -> Iterator[tuple[str, str]]:
    for path in project_files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def test_nothing_names_a_place_that_only_its_makers_have() -> None:
    hosts = ("registry." + "npmjs", "files." + "pythonhosted", "pypi." + "org", "deb." + "debian")
    private = "../" + "shared"
    found = [(name, host) for name, text in texts() for host in hosts if host in text]
    found += [(name, private) for name, text in texts() if private in text and not name.startswith("tests/")]
    found += [
        (name, place) for name, text in texts() for place in ("/" + "work/", "TO" + "DO", "FIX" + "ME") if place in text
    ]
    assert found == []


def test_nothing_is_imported_out_of_sight() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []
