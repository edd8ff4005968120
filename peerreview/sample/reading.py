"""A letter as its reader sees it: the stored text taken apart into paragraphs, lists and the one button."""

import re
from dataclasses import dataclass

_ACTION = re.compile(r"(?P<label>[^\n]+):\n(?P<address>https?://\S+)")


@dataclass(frozen=True)
class Block:
    """A part of a letter. `address` is set for the button, whose label is the only line."""

    lines: tuple[str, ...]
    is_list: bool = False
    address: str = ""


def blocks(text: str) -> list[Block]:
    """The parts of a letter's plain text, in order."""
    return [_block(part.strip()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _block(part: str) -> Block:
    action = _ACTION.fullmatch(part)
    if action:
        return Block((action["label"],), address=action["address"])
    lines = tuple(part.splitlines())
    if all(line.startswith("- ") for line in lines):
        return Block(tuple(line[2:] for line in lines), is_list=True)
    return Block(lines)
