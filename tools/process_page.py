"""Write docs/process.md from the process table, or with --check fail when it is not current."""

import sys
from pathlib import Path

from peerreview.wording import NOT_YET, STAGES
from peerreview.wording import STEPS as STEP_WORDS
from peerreview.workflow import ENDED, STEPS, Role, Stage, Step

PAGE = Path(__file__).resolve().parent.parent / "docs" / "process.md"


def page() -> str:
    """The whole page: the picture, the steps that move a review, and those within a stage."""
    moving = {name: step for name, step in STEPS.items() if step.moves}
    within = {name: step for name, step in STEPS.items() if not step.moves}
    return "\n".join(
        [
            "# The process",
            "",
            "Made from `peerreview/workflow.py` by `tools/process_page.py`; `make check` fails when it is not current.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *_picture(moving),
            "```",
            "",
            "## Steps that move a review",
            "",
            *_table(moving),
            "",
            "## Steps within a stage",
            "",
            *_table(within),
            "",
            "## What must be true first",
            "",
            *(f"- `{name}`: {sentence}" for name, sentence in sorted(NOT_YET.items())),
            "",
        ]
    )


def _picture(moving: dict[str, Step]) -> list[str]:
    lines = [f"    {stage}: {STAGES[stage]}" for stage in Stage]
    for name, step in moving.items():
        if name in ("withdraw", "reinstate"):
            continue
        starts: list[str] = [str(start) for start in sorted(step.starts)] or ["[*]"]
        for start in starts:
            lines.append(f"    {start} --> {step.leads_to}: {name}")
    lines += [f"    {stage} --> [*]" for stage in Stage if stage in ENDED]
    lines += [
        "    note right of withdrawn",
        "        from any stage before final, with a reason;",
        "        reinstate leads back to where it was",
        "    end note",
    ]
    return lines


def _table(steps: dict[str, Step]) -> list[str]:
    rows = [
        "| step | what somebody did | from | to | by | needs | letters |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, step in steps.items():
        to = "where it was" if step.returns else step.leads_to or "stays"
        starts = ", ".join(stage for stage in Stage if stage in step.starts) or "(begins)"
        roles = ", ".join(role for role in Role if role in step.by)
        needs = ", ".join(f"`{condition}`" for condition in step.needs)
        rows.append(
            f"| `{name}` | {STEP_WORDS[name]} | {starts} | {to} | {roles} | {needs} | {', '.join(step.tells)} |"
        )
    return rows


def main() -> int:
    """Write the page; with --check only compare."""
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") == page():
            return 0
        print("docs/process.md is not current: run .venv/bin/python -m tools.process_page")
        return 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
